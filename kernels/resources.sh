#!/bin/sh
# What the kernels take of a multiprocessor, from the logs of ptxas: sh resources.sh build
# Per kernel and compute capability: registers, bytes of stack, bytes spilled, instructions.
cd "$1" || exit 1
echo "# Resources of the kernels: registers / instructions, and stack and spilled bytes where there"
echo "# are any. $(nvcc --version | sed -n 's/.*release [0-9.]*, V/nvcc /p'). A block's threads are in the launch bounds of kernels/*.cu."
for log in *.cubin.log; do
  cubin=${log%.log}
  arch=${cubin##*.sm_}
  arch=${arch%.cubin}
  # Sizes of the sections of code; an instruction has 16 bytes.
  readelf -SW "$cubin" 2>/dev/null | awk -v arch="$arch" '
    { for (i = 1; i < NF; i++) if ($i ~ /^\.text\./) print "size", arch, substr($i, 7), $(i + 4) }'
  awk -v arch="$arch" '
    /Compiling entry function/ { split($0, q, "\047"); name = q[2] }
    /bytes stack frame/ { stack = $1; spill = $5 }
    /Used [0-9]+ registers/ { for (i = 1; i < NF; i++) if ($i == "Used") print "used", arch, name, $(i + 1), stack, spill }
  ' "$log"
done | awk '
  function number(hex,  i, n) {
    n = 0
    for (i = 1; i <= length(hex); i++) n = 16 * n + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return n
  }
  $1 == "size" { size[$2, $3] = number($4) / 16 }
  $1 == "used" {
    if (!(($3) in seen)) { seen[$3] = 1; names[++count] = $3 }
    if (!(($2) in known)) { known[$2] = 1; archs[++kinds] = $2 }
    registers[$2, $3] = $4; stack[$2, $3] = $5; spill[$2, $3] = $6
  }
  END {
    # Plain insertion sorts: neither list is long.
    for (i = 2; i <= kinds; i++) for (j = i; j > 1 && archs[j - 1] + 0 > archs[j] + 0; j--) { t = archs[j]; archs[j] = archs[j - 1]; archs[j - 1] = t }
    for (i = 2; i <= count; i++) for (j = i; j > 1 && names[j - 1] > names[j]; j--) { t = names[j]; names[j] = names[j - 1]; names[j - 1] = t }
    printf "%-36s", "kernel"
    for (a = 1; a <= kinds; a++) printf " %18s", "sm_" archs[a]
    print ""
    for (n = 1; n <= count; n++) {
      printf "%-36s", names[n]
      for (a = 1; a <= kinds; a++) {
        k = archs[a] SUBSEP names[n]
        cell = registers[k] " / " size[k]
        if (stack[k] + spill[k] > 0) { cell = cell " (" stack[k] ", " spill[k] ")"; spills++ }
        printf " %18s", cell
      }
      print ""
    }
    printf "# %d kernels, %d architectures, %d with stack or spills\n", count, kinds, spills
  }'
