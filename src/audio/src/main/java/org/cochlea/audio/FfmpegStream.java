package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The audio stream of one file, demuxed and decoded by libavformat and libavcodec: the native side
 * of {@link FfmpegReader}. Holds one packet and one frame at a time.
 */
final class FfmpegStream implements AutoCloseable {
  /**
   * The demuxers that may be used: containers of audio. Playlists, scripts and the like, which make
   * FFmpeg open other files, are not among them.
   */
  private static final String FORMATS =
      "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,dtshd,eac3,flac,flv,gsm,iff,loas,"
          + "matroska,mlp,mov,mp3,mpc,mpc8,mpeg,mpegts,oma,ogg,qcp,rm,shn,sox,tak,truehd,tta,voc,"
          + "w64,wav,wv,xwma";

  /** No codec has frames of more samples per channel; a damaged file may say so. */
  private static final long MAX_FRAME = 1 << 22;

  private final AVFormatContext container;
  private final AVCodecContext codec;
  private final AVStream stream;
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVFrame frame = avutil.av_frame_alloc();
  private boolean draining;
  private boolean closed;
  private long damaged;
  private int lastError;
  private @Nullable String broken;

  private FfmpegStream(AVFormatContext container, AVCodecContext codec, AVStream stream) {
    this.container = container;
    this.codec = codec;
    this.stream = stream;
  }

  /**
   * Opens a file; nothing of its audio is decoded yet.
   *
   * @param signature what the first bytes say
   * @param format the format in words
   * @param head the first bytes
   */
  static FfmpegStream open(Path file, Signature signature, String format, byte[] head)
      throws IOException {
    AVFormatContext container = openContainer(file, signature, format, head);
    AVCodecContext codec = null;
    boolean opened = false;
    try {
      int error = avformat.avformat_find_stream_info(container, (PointerPointer<?>) null);
      if (error < 0) {
        throw new AudioException(file, format + ": " + Ffmpeg.message(error));
      }
      int index =
          avformat.av_find_best_stream(
              container, avutil.AVMEDIA_TYPE_AUDIO, -1, -1, (PointerPointer<?>) null, 0);
      if (index < 0) {
        throw new AudioException(file, format + ": there is no audio stream");
      }
      for (int i = 0; i < container.nb_streams(); i++) {
        if (i != index) {
          container.streams(i).discard(avcodec.AVDISCARD_ALL);
        }
      }
      AVStream stream = container.streams(index);
      String name = avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
      AVCodec decoder = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
      if (decoder == null || decoder.isNull()) {
        throw new AudioException(file, "%s: there is no decoder for %s".formatted(format, name));
      }
      codec = avcodec.avcodec_alloc_context3(decoder);
      error = avcodec.avcodec_parameters_to_context(codec, stream.codecpar());
      codec.pkt_timebase(stream.time_base());
      // Many files are decoded side by side; threads of its own would only get in the way.
      codec.thread_count(1);
      codec.max_samples(MAX_FRAME);
      if (error >= 0) {
        error = avcodec.avcodec_open2(codec, decoder, (PointerPointer<?>) null);
      }
      if (error < 0) {
        throw new AudioException(
            file, "%s: the %s decoder says: %s".formatted(format, name, Ffmpeg.message(error)));
      }
      opened = true;
      return new FfmpegStream(container, codec, stream);
    } finally {
      if (!opened) {
        if (codec != null) {
          avcodec.avcodec_free_context(codec);
        }
        avformat.avformat_close_input(container);
      }
    }
  }

  private static AVFormatContext openContainer(
      Path file, Signature signature, String format, byte[] head) throws IOException {
    AVFormatContext container = new AVFormatContext(null);
    AVDictionary options = new AVDictionary(null);
    try (BytePointer url = Ffmpeg.url(file)) {
      avutil.av_dict_set(options, "format_whitelist", FORMATS, 0);
      avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
      int error = avformat.avformat_open_input(container, url, null, options);
      if (error < 0) {
        throw new AudioException(
            file,
            signature == Signature.UNKNOWN
                ? "is not an audio file (it begins with %s)".formatted(Signature.quote(head))
                : format + ": " + Ffmpeg.message(error));
      }
      return container;
    } finally {
      avutil.av_dict_free(options);
    }
  }

  AVFormatContext container() {
    return container;
  }

  AVCodecContext codec() {
    return codec;
  }

  AVStream stream() {
    return stream;
  }

  /** Returns the frame that {@link #next} decoded. */
  AVFrame frame() {
    return frame;
  }

  /**
   * Decodes the next frame. Packets that cannot be decoded are passed over and counted, as ffmpeg
   * and every player do.
   *
   * @return false at the end
   */
  boolean next() {
    if (closed) {
      return false;
    }
    while (true) {
      int result = avcodec.avcodec_receive_frame(codec, frame);
      if (result >= 0) {
        return true;
      }
      if (result == avutil.AVERROR_EOF) {
        return false;
      }
      if (result != avutil.AVERROR_EAGAIN()) {
        failed(result);
      }
      if (draining) {
        return false;
      }
      feed();
    }
  }

  private void feed() {
    while (true) {
      int result = avformat.av_read_frame(container, packet);
      if (result < 0) {
        if (result != avutil.AVERROR_EOF) {
          broken = Ffmpeg.message(result);
        }
        draining = true;
        avcodec.avcodec_send_packet(codec, null);
        return;
      }
      try {
        if (packet.stream_index() == stream.index()) {
          int sent = avcodec.avcodec_send_packet(codec, packet);
          if (sent < 0) {
            failed(sent);
          }
          return;
        }
      } finally {
        avcodec.av_packet_unref(packet);
      }
    }
  }

  private void failed(int error) {
    damaged++;
    lastError = error;
  }

  /**
   * Goes to the packet at or before a time.
   *
   * @param time in units of the stream's time base
   * @return false if the format cannot
   */
  boolean seek(long time) {
    if (closed
        || avformat.av_seek_frame(container, stream.index(), time, avformat.AVSEEK_FLAG_BACKWARD)
            < 0) {
      return false;
    }
    avcodec.avcodec_flush_buffers(codec);
    draining = false;
    return true;
  }

  /** Returns FFmpeg's words for the last packet that could not be decoded, or null. */
  @Nullable String lastError() {
    return lastError == 0 ? broken : Ffmpeg.message(lastError);
  }

  /** Returns what went wrong so far. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (damaged > 0) {
      warnings.add(
          "packets that could not be decoded and were left out: %d (%s)"
              .formatted(damaged, Ffmpeg.message(lastError)));
    }
    if (broken != null) {
      warnings.add("the file breaks off: " + broken);
    }
    return warnings;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(codec);
      avformat.avformat_close_input(container);
    }
  }
}
