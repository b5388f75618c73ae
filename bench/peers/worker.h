// What the peers in C and C++ share: .npy files, and the answers of peers.py --worker.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  long rows, columns;
  float *values;
} Matrix;

static void fail(const char *what, const char *name) {
  fprintf(stderr, "%s: %s\n", name, what);
  exit(1);
}

// A .npy of version 1 with float32 in C order, of one or two dimensions.
static Matrix read_npy(const char *folder, const char *name) {
  char path[4096], header[65536];
  snprintf(path, sizeof path, "%s/%s.npy", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail("cannot be opened", path);
  unsigned char prefix[10];
  if (fread(prefix, 1, 10, file) != 10) fail("is too short", path);
  int bytes = prefix[8] | prefix[9] << 8;
  if (fread(header, 1, bytes, file) != (size_t)bytes) fail("is too short", path);
  header[bytes] = 0;
  char *shape = strstr(header, "'shape': (");
  if (strstr(header, "<f4") == NULL || shape == NULL) fail("is not float32", path);
  Matrix matrix = {1, 1, NULL};
  shape += strlen("'shape': (");
  long first = strtol(shape, &shape, 10);
  while (*shape == ',' || *shape == ' ') shape++;
  if (*shape == ')') {
    matrix.columns = first;
  } else {
    matrix.rows = first;
    matrix.columns = strtol(shape, NULL, 10);
  }
  size_t count = (size_t)matrix.rows * matrix.columns;
  matrix.values = (float *)malloc(count * sizeof(float));
  if (matrix.values == NULL) fail("there is no memory for it", path);
  if (fread(matrix.values, sizeof(float), count, file) != count) fail("is too short", path);
  fclose(file);
  return matrix;
}

static void write_npy(const char *path, const float *values, long rows, long columns) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) fail("cannot be written", path);
  char text[128] = {0};
  snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%ld, %ld), }",
           rows, columns);
  unsigned char prefix[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0};
  memset(text + strlen(text), ' ', sizeof text - strlen(text));
  text[117] = '\n';
  fwrite(prefix, 1, 10, file);
  fwrite(text, 1, 118, file);
  fwrite(values, sizeof(float), rows * columns, file);
  if (fclose(file) != 0) fail("cannot be written", path);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// Answers every line "run SECONDS" or "output FILE" with a line of JSON, until the input ends.
static void serve(const char *version, void (*run)(void), void (*output)(const char *path)) {
  printf("{\"version\": \"%s\"}\n", version);
  fflush(stdout);
  char line[4200];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\r\n")] = 0;
    if (strncmp(line, "output ", 7) == 0) {
      run();
      output(line + 7);
      printf("{\"done\": \"%s\"}\n", line + 7);
    } else if (strncmp(line, "run ", 4) == 0) {
      long long enough = (long long)(atof(line + 4) * 1e9);
      run();
      long ops = 0;
      long long begun = now(), nanos;
      do {
        run();
        ops++;
        nanos = now() - begun;
      } while (nanos < enough);
      printf("{\"ops\": %ld, \"nanos\": %lld}\n", ops, nanos);
    }
    fflush(stdout);
  }
}
