package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.cochlea.audio.file.AtomicFile;
import org.jspecify.annotations.Nullable;

/** Encodes and writes compressed audio with FFmpeg. */
final class FfmpegWriter extends BlockWriter {
  /** FF_QP2LAMBDA: FFmpeg counts quality in steps of this. */
  private static final int QUALITY_STEP = 118;

  /** Frames at a time where the encoder takes any number. */
  private static final int ANY_FRAME = 4096;

  private final AVFormatContext container;
  private final AVCodecContext codec;
  private final AVStream stream;
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVFrame frame = avutil.av_frame_alloc();
  private final AVRational timeBase;
  private final int sampleFormat;
  private final int frameSize;
  private final float[] pending;
  private int filled;
  private long written;
  private boolean released;

  private FfmpegWriter(
      Path file,
      AtomicFile target,
      AVFormatContext container,
      AVCodecContext codec,
      AVStream stream,
      int channels) {
    super(file, target, channels);
    this.container = container;
    this.codec = codec;
    this.stream = stream;
    this.timeBase = codec.time_base();
    this.sampleFormat = codec.sample_fmt();
    this.frameSize = codec.frame_size() > 0 ? codec.frame_size() : ANY_FRAME;
    this.pending = new float[frameSize * channels];
    frame.format(sampleFormat);
    frame.sample_rate(codec.sample_rate());
    frame.nb_samples(frameSize);
    avutil.av_channel_layout_default(frame.ch_layout(), channels);
    avutil.av_frame_get_buffer(frame, 0);
  }

  static FfmpegWriter create(Path file, AudioFormat format, int sampleRate, int channels)
      throws IOException {
    AtomicFile target = AtomicFile.create(file);
    AVFormatContext container = new AVFormatContext(null);
    AVCodecContext codec = null;
    boolean opened = false;
    try {
      String muxer =
          switch (format) {
            case FLAC_16, FLAC_24 -> "flac";
            case MP3 -> "mp3";
            case OGG_OPUS -> "opus";
            case MP4_AAC -> "ipod";
            default -> throw new IllegalArgumentException(format + " needs no encoder");
          };
      String encoder =
          switch (format) {
            case MP3 -> "libmp3lame";
            case OGG_OPUS -> "libopus";
            case MP4_AAC -> "aac";
            default -> "flac";
          };
      check(
          file,
          avformat.avformat_alloc_output_context2(container, null, muxer, null),
          "the ffmpeg library cannot write " + format.container());
      AVCodec found = avcodec.avcodec_find_encoder_by_name(encoder);
      if (found == null || found.isNull()) {
        throw new AudioException(
            file, "this build of the ffmpeg library has no encoder " + encoder);
      }
      codec = avcodec.avcodec_alloc_context3(found);
      codec.sample_rate(sampleRate);
      codec.time_base(new AVRational().num(1).den(sampleRate));
      codec.thread_count(1);
      avutil.av_channel_layout_default(codec.ch_layout(), channels);
      switch (format) {
        case FLAC_24 -> {
          codec.sample_fmt(avutil.AV_SAMPLE_FMT_S32);
          codec.bits_per_raw_sample(24);
        }
        case MP3 -> {
          codec.sample_fmt(avutil.AV_SAMPLE_FMT_FLTP);
          codec.flags(codec.flags() | avcodec.AV_CODEC_FLAG_QSCALE);
          codec.global_quality(2 * QUALITY_STEP);
        }
        case OGG_OPUS -> {
          codec.sample_fmt(avutil.AV_SAMPLE_FMT_FLT);
          codec.bit_rate(64_000L * channels);
        }
        case MP4_AAC -> {
          codec.sample_fmt(avutil.AV_SAMPLE_FMT_FLTP);
          codec.bit_rate(80_000L * channels);
        }
        default -> codec.sample_fmt(avutil.AV_SAMPLE_FMT_S16);
      }
      if ((container.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
        codec.flags(codec.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
      }
      check(
          file,
          avcodec.avcodec_open2(codec, found, (PointerPointer<?>) null),
          "%s cannot encode %d channels at %d Hz".formatted(encoder, channels, sampleRate));
      AVStream stream = avformat.avformat_new_stream(container, null);
      stream.time_base(codec.time_base());
      avcodec.avcodec_parameters_from_context(stream.codecpar(), codec);
      AVIOContext io = new AVIOContext(null);
      try (BytePointer url = Ffmpeg.url(target.part())) {
        check(file, avformat.avio_open(io, url, avformat.AVIO_FLAG_WRITE), "cannot be written");
      }
      container.pb(io);
      check(
          file,
          avformat.avformat_write_header(container, (PointerPointer<?>) null),
          "%s cannot hold this".formatted(format.container()));
      opened = true;
      return new FfmpegWriter(file, target, container, codec, stream, channels);
    } finally {
      if (!opened) {
        free(container, codec);
        target.close();
      }
    }
  }

  private static void check(Path file, int result, String problem) throws IOException {
    if (result < 0) {
      throw new AudioException(file, "%s: %s".formatted(problem, Ffmpeg.message(result)));
    }
  }

  private void check(int result) throws IOException {
    check(file(), result, "encoding failed");
  }

  @Override
  void put(float[] in, int offset, int frames) throws IOException {
    int done = 0;
    while (done < frames) {
      int count = Math.min(frames - done, frameSize - filled);
      System.arraycopy(
          in, offset + done * channels(), pending, filled * channels(), count * channels());
      filled += count;
      done += count;
      if (filled == frameSize) {
        encode();
      }
    }
  }

  @Override
  void put(short[] in, int offset, int frames) throws IOException {
    // Exact: a float holds every 16-bit integer, and the way back rounds to it.
    float[] floats = new float[Math.min(frames, frameSize) * channels()];
    for (int done = 0; done < frames; done += frameSize) {
      int count = Math.min(frameSize, frames - done);
      for (int i = 0; i < count * channels(); i++) {
        floats[i] = in[offset + done * channels() + i] * 0x1p-15f;
      }
      put(floats, 0, count);
    }
  }

  private void encode() throws IOException {
    check(avutil.av_frame_make_writable(frame));
    int samples = filled * channels();
    switch (sampleFormat) {
      case avutil.AV_SAMPLE_FMT_S16 -> {
        short[] shorts = new short[samples];
        for (int i = 0; i < samples; i++) {
          shorts[i] = (short) SampleCodec.quantize(pending[i], 16);
        }
        new ShortPointer(frame.extended_data(0)).put(shorts, 0, samples);
      }
      case avutil.AV_SAMPLE_FMT_S32 -> {
        int[] ints = new int[samples];
        for (int i = 0; i < samples; i++) {
          ints[i] = SampleCodec.quantize(pending[i], 24) << 8;
        }
        new IntPointer(frame.extended_data(0)).put(ints, 0, samples);
      }
      case avutil.AV_SAMPLE_FMT_FLTP -> {
        float[] plane = new float[filled];
        for (int c = 0; c < channels(); c++) {
          for (int i = 0; i < filled; i++) {
            plane[i] = finite(pending[i * channels() + c]);
          }
          new FloatPointer(frame.extended_data(c)).put(plane, 0, filled);
        }
      }
      default -> {
        for (int i = 0; i < samples; i++) {
          pending[i] = finite(pending[i]);
        }
        new FloatPointer(frame.extended_data(0)).put(pending, 0, samples);
      }
    }
    frame.nb_samples(filled);
    frame.pts(written);
    written += filled;
    filled = 0;
    check(avcodec.avcodec_send_frame(codec, frame));
    drain();
  }

  /** Encoders stumble over NaN and infinities; silence is what integers make of NaN. */
  private static float finite(float x) {
    return Float.isFinite(x) ? x : 0;
  }

  private void drain() throws IOException {
    while (true) {
      int result = avcodec.avcodec_receive_packet(codec, packet);
      if (result == avutil.AVERROR_EOF || result == avutil.AVERROR_EAGAIN()) {
        return;
      }
      check(result);
      avcodec.av_packet_rescale_ts(packet, timeBase, stream.time_base());
      packet.stream_index(stream.index());
      check(avformat.av_interleaved_write_frame(container, packet));
    }
  }

  @Override
  void complete() throws IOException {
    if (filled > 0) {
      encode();
    }
    check(avcodec.avcodec_send_frame(codec, null));
    drain();
    check(avformat.av_write_trailer(container));
    // Closing is when a full disk shows.
    AVIOContext io = container.pb();
    container.pb(new AVIOContext(null));
    check(avformat.avio_closep(io));
  }

  @Override
  void release() {
    if (!released) {
      released = true;
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      free(container, codec);
    }
  }

  private static void free(AVFormatContext container, @Nullable AVCodecContext codec) {
    if (codec != null) {
      avcodec.avcodec_free_context(codec);
    }
    if (!container.isNull()) {
      AVIOContext io = container.pb();
      if (io != null && !io.isNull()) {
        avformat.avio_closep(io);
      }
      avformat.avformat_free_context(container);
    }
  }
}
