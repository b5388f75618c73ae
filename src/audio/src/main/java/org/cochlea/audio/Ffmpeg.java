package org.cochlea.audio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** The FFmpeg libraries: whether they are there, and what their readers and writers share. */
final class Ffmpeg {
  /** Loads the libraries once; a failure is kept and told of whenever they are needed. */
  private static final class Library {
    static final @Nullable String MISSING = load();

    private static @Nullable String load() {
      try {
        Loader.load(avutil.class);
        Loader.load(avcodec.class);
        Loader.load(avformat.class);
        // What goes wrong comes back as error codes; nothing is printed.
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        return null;
      } catch (NoClassDefFoundError e) {
        return "the ffmpeg library: add org.bytedeco:ffmpeg with its natives for this platform, or"
            + " org.bytedeco:ffmpeg-platform, to the class or module path";
      } catch (LinkageError | RuntimeException e) {
        return "the ffmpeg library, and the natives of org.bytedeco:ffmpeg for this platform cannot"
            + " be loaded: "
            + e.getMessage();
      }
    }
  }

  private Ffmpeg() {}

  /** Returns what is needed where the libraries cannot be used, or null if they can. */
  static @Nullable String missing() {
    return Library.MISSING;
  }

  /**
   * Opens a file with FFmpeg.
   *
   * @param signature what the first bytes say
   * @param format the format in words
   * @param head the first bytes
   */
  static AudioReader open(Path file, Signature signature, String format, byte[] head)
      throws IOException {
    String missing = missing();
    if (missing != null) {
      String need =
          signature == Signature.UNKNOWN
              ? "is not WAV, AIFF or AU (it begins with %s), and other formats need "
                  .formatted(Signature.quote(head))
              : "decoding %s needs ".formatted(format);
      throw new AudioException(file, need + missing);
    }
    return FfmpegReader.open(file, signature, format, head);
  }

  /** Returns FFmpeg's words for an error code. */
  static String message(int error) {
    byte[] text = new byte[256];
    avutil.av_strerror(error, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /**
   * Returns a file as an FFmpeg URL.
   *
   * <p>The bytes of the name are taken from the URI, where they are what the file system has, and
   * not from the string, which in a C locale has lost them.
   */
  static BytePointer url(Path file) throws IOException {
    if (file.getFileSystem() != FileSystems.getDefault()) {
      throw new AudioException(file, "only files of the default file system go through ffmpeg");
    }
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return new BytePointer("file:" + file.toAbsolutePath(), StandardCharsets.UTF_8);
    }
    byte[] path = file.toUri().getRawPath().getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length + 6);
    bytes.writeBytes("file:".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < path.length; i++) {
      if (path[i] == '%') {
        bytes.write(Character.digit(path[i + 1], 16) << 4 | Character.digit(path[i + 2], 16));
        i += 2;
      } else {
        bytes.write(path[i]);
      }
    }
    bytes.write(0);
    return new BytePointer(bytes.toByteArray());
  }
}
