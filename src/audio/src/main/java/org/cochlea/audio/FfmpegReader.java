package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.ShortPointer;

/** Reads compressed audio with FFmpeg. */
final class FfmpegReader extends BlockReader {
  private final Signature signature;
  private final String format;
  private final byte[] head;
  private final int sampleFormat;
  private final SampleBlock block;
  private final long origin;
  private FfmpegStream stream;
  private boolean pending;
  private boolean ended;
  private long foreign;

  private FfmpegReader(
      Path file,
      Signature signature,
      String format,
      byte[] head,
      FfmpegStream stream,
      Opening opening)
      throws IOException {
    super(file, opening.info);
    this.signature = signature;
    this.format = format;
    this.head = head;
    this.sampleFormat = opening.sampleFormat;
    this.block = new SampleBlock(blockType(sampleFormat), opening.info.channels());
    this.stream = stream;
    this.origin = opening.origin;
    this.pending = opening.hasFrame;
    this.ended = !opening.hasFrame;
  }

  /** What is known once the first frame is decoded. */
  private record Opening(AudioInfo info, int sampleFormat, boolean hasFrame, long origin) {}

  static FfmpegReader open(Path file, Signature signature, String format, byte[] head)
      throws IOException {
    FfmpegStream stream = FfmpegStream.open(file, signature, format, head);
    boolean opened = false;
    try {
      FfmpegReader reader =
          new FfmpegReader(file, signature, format, head, stream, opening(file, format, stream));
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        stream.close();
      }
    }
  }

  private static Opening opening(Path file, String format, FfmpegStream stream) throws IOException {
    boolean hasFrame = stream.next();
    AVCodecParameters p = stream.stream().codecpar();
    AVFrame frame = stream.frame();
    if (!hasFrame && stream.lastError() != null) {
      throw new AudioException(
          file, "%s: nothing of it can be decoded: %s".formatted(format, stream.lastError()));
    }
    // What the decoder gives counts more than what the header says: HE-AAC doubles the rate.
    int channels =
        Limits.channels(
            file, hasFrame ? frame.ch_layout().nb_channels() : p.ch_layout().nb_channels());
    int rate = Limits.sampleRate(file, hasFrame ? frame.sample_rate() : p.sample_rate());
    int sampleFormat = hasFrame ? frame.format() : avutil.AV_SAMPLE_FMT_FLTP;
    Container container = container(stream.container());
    Encoding encoding = encoding(p.codec_id());
    String codecName = avcodec.avcodec_get_name(p.codec_id()).getString();
    String description =
        (container == Container.OTHER
                ? stream.container().iformat().long_name().getString()
                : container.toString())
            + ", "
            + (encoding == Encoding.OTHER ? codecName : encoding.toString());
    OptionalLong frames =
        hasFrame ? exactFrames(stream, container, encoding, rate) : OptionalLong.of(0);
    OptionalDouble duration =
        frames.isPresent()
            ? OptionalDouble.of((double) frames.getAsLong() / rate)
            : estimate(stream);
    int bits = p.bits_per_raw_sample() > 0 ? p.bits_per_raw_sample() : p.bits_per_coded_sample();
    AudioInfo info =
        new AudioInfo(
            container,
            encoding,
            description,
            lossy(encoding) ? 0 : bits,
            rate,
            channels,
            frames,
            duration);
    return new Opening(info, sampleFormat, hasFrame, hasFrame ? frame.pts() : 0);
  }

  @Override
  SampleBlock block() {
    if (pending) {
      pending = false;
      load(stream.frame());
    }
    return block;
  }

  @Override
  boolean refill(long wanted) {
    while (stream.next()) {
      AVFrame frame = stream.frame();
      if (frame.format() == sampleFormat
          && frame.sample_rate() == info().sampleRate()
          && frame.ch_layout().nb_channels() == info().channels()) {
        load(frame);
        return true;
      }
      foreign++;
    }
    ended = true;
    return false;
  }

  /** Copies a decoded frame into the block. */
  private void load(AVFrame frame) {
    int count = frame.nb_samples();
    boolean planar = avutil.av_sample_fmt_is_planar(sampleFormat) != 0;
    int planes = planar ? info().channels() : 1;
    int run = planar ? count : count * info().channels();
    for (int plane = 0; plane < planes; plane++) {
      BytePointer data = frame.extended_data(plane);
      int at = plane * run;
      int samples = planes * run;
      switch (sampleFormat) {
        case avutil.AV_SAMPLE_FMT_U8, avutil.AV_SAMPLE_FMT_U8P -> {
          byte[] bytes = new byte[run];
          data.get(bytes, 0, run);
          short[] out = block.shorts(samples);
          for (int i = 0; i < run; i++) {
            out[at + i] = (short) ((bytes[i] ^ 0x80) << 8);
          }
        }
        case avutil.AV_SAMPLE_FMT_S16, avutil.AV_SAMPLE_FMT_S16P ->
            new ShortPointer(data).get(block.shorts(samples), at, run);
        case avutil.AV_SAMPLE_FMT_S32, avutil.AV_SAMPLE_FMT_S32P ->
            new IntPointer(data).get(block.ints(samples), at, run);
        case avutil.AV_SAMPLE_FMT_FLT, avutil.AV_SAMPLE_FMT_FLTP ->
            new FloatPointer(data).get(block.floats(samples), at, run);
        case avutil.AV_SAMPLE_FMT_DBL, avutil.AV_SAMPLE_FMT_DBLP ->
            new DoublePointer(data).get(block.doubles(samples), at, run);
        default -> {
          // 64-bit integers are all that is left.
          long[] longs = new long[run];
          new LongPointer(data).get(longs, 0, run);
          double[] out = block.doubles(samples);
          for (int i = 0; i < run; i++) {
            out[at + i] = longs[i] * 0x1p-63;
          }
        }
      }
    }
    if (planar) {
      block.planar(count);
    } else {
      block.interleaved(count);
    }
  }

  @Override
  void reposition(long frame) throws IOException {
    long ahead = frame - position();
    long lead = lead();
    // Near, or where time stamps are not exact: decode on from here.
    if (ahead >= 0 && (lead < 0 || ahead <= lead)) {
      advance(ahead);
    } else {
      pending = false;
      ended = false;
      if (lead < 0 || !seekByTime(frame, lead)) {
        restart();
        advance(frame);
      }
    }
  }

  /** Decodes and drops frames; fails if there are not so many. */
  private void advance(long count) throws IOException {
    long done = 0;
    while (done < count) {
      if (block().remaining() == 0 && !refill(count - done)) {
        throw new AudioException(
            file(),
            "the audio ends before the frame that was sought, %d too early"
                .formatted(count - done));
      }
      int step = (int) Math.min(count - done, block().remaining());
      block().drop(step);
      done += step;
    }
  }

  private void restart() throws IOException {
    stream.close();
    stream = FfmpegStream.open(file(), signature, format, head);
    block.interleaved(0);
  }

  /**
   * Seeks with the time stamps of the container.
   *
   * @param lead how many frames before it decoding must begin
   * @return false if the stamps turn out not to count samples
   */
  private boolean seekByTime(long frame, long lead) throws IOException {
    AVRational base = stream.stream().time_base();
    long rate = info().sampleRate();
    // How many units of the time base a sample lasts; a base that does not count samples is no use.
    long unit = base.num() == 0 ? 0 : base.den() / (base.num() * rate);
    if (frame <= lead
        || origin == avutil.AV_NOPTS_VALUE
        || unit * base.num() * rate != base.den()
        || !stream.seek(origin + (frame - lead) * unit)) {
      return false;
    }
    block.interleaved(0);
    if (!refill(0)) {
      return false;
    }
    long time = stream.frame().pts();
    if (time == avutil.AV_NOPTS_VALUE || (time - origin) % unit != 0) {
      return false;
    }
    long first = (time - origin) / unit;
    if (first > frame - lead / 2) {
      return false;
    }
    advance(frame - first);
    return true;
  }

  /**
   * Returns how many frames before the wanted one decoding must begin for the decoder to have
   * forgotten where it began, or -1 where the time stamps of the format are not exact to the
   * sample.
   */
  private long lead() {
    return switch (info().container()) {
      case FLAC, OGG, MP3, MP4, CAF ->
          switch (info().encoding()) {
            // The filters of Opus decay slowly: its own advice is 80 ms, nothing is left after 1 s.
            case OPUS -> 1 << 16;
            case FLAC, ALAC, VORBIS, MP3, AAC, PCM_8, PCM_16, PCM_24, PCM_32, FLOAT_32, FLOAT_64 ->
                1 << 14;
            default -> -1;
          };
      default -> -1;
    };
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(stream.warnings());
    if (foreign > 0) {
      warnings.add(
          "blocks of another sample rate or channel count that were left out: %d"
              .formatted(foreign));
    }
    if (ended && info().frames().isPresent() && position() < info().frames().getAsLong()) {
      warnings.add(
          "the file is cut off: the header says %d frames, %d are there"
              .formatted(info().frames().getAsLong(), position()));
    }
    return List.copyOf(warnings);
  }

  @Override
  public void close() {
    stream.close();
  }

  private static boolean lossy(Encoding encoding) {
    return switch (encoding) {
      case VORBIS, OPUS, MP3, AAC, WMA, OTHER -> true;
      default -> false;
    };
  }

  /** Only FLAC says exactly how many samples it has. */
  private static OptionalLong exactFrames(
      FfmpegStream stream, Container container, Encoding encoding, int rate) {
    AVStream s = stream.stream();
    boolean exact =
        container == Container.FLAC
            && encoding == Encoding.FLAC
            && stream.container().duration_estimation_method()
                == avformat.AVFMT_DURATION_FROM_STREAM
            && s.duration() > 0
            && unit(s.time_base(), rate);
    return exact ? OptionalLong.of(s.duration()) : OptionalLong.empty();
  }

  private static boolean unit(AVRational timeBase, int rate) {
    return timeBase.num() == 1 && timeBase.den() == rate;
  }

  private static OptionalDouble estimate(FfmpegStream stream) {
    AVStream s = stream.stream();
    if (s.duration() > 0 && s.time_base().den() != 0) {
      return OptionalDouble.of((double) s.duration() * s.time_base().num() / s.time_base().den());
    }
    long duration = stream.container().duration();
    return duration > 0
        ? OptionalDouble.of((double) duration / avutil.AV_TIME_BASE)
        : OptionalDouble.empty();
  }

  private static Container container(AVFormatContext context) {
    return switch (context.iformat().name().getString()) {
      case "flac" -> Container.FLAC;
      case "ogg" -> Container.OGG;
      case "mp3" -> Container.MP3;
      case "aac" -> Container.ADTS;
      case "mov,mp4,m4a,3gp,3g2,mj2" -> Container.MP4;
      case "matroska,webm" -> Container.MATROSKA;
      case "asf" -> Container.ASF;
      case "caf" -> Container.CAF;
      case "wav" -> Container.WAV;
      case "aiff" -> Container.AIFC;
      case "au" -> Container.AU;
      default -> Container.OTHER;
    };
  }

  private static Encoding encoding(int codec) {
    return switch (codec) {
      case avcodec.AV_CODEC_ID_FLAC -> Encoding.FLAC;
      case avcodec.AV_CODEC_ID_ALAC -> Encoding.ALAC;
      case avcodec.AV_CODEC_ID_VORBIS -> Encoding.VORBIS;
      case avcodec.AV_CODEC_ID_OPUS -> Encoding.OPUS;
      case avcodec.AV_CODEC_ID_MP3 -> Encoding.MP3;
      case avcodec.AV_CODEC_ID_AAC, avcodec.AV_CODEC_ID_AAC_LATM -> Encoding.AAC;
      case avcodec.AV_CODEC_ID_WMAV1,
          avcodec.AV_CODEC_ID_WMAV2,
          avcodec.AV_CODEC_ID_WMAPRO,
          avcodec.AV_CODEC_ID_WMAVOICE ->
          Encoding.WMA;
      case avcodec.AV_CODEC_ID_PCM_U8, avcodec.AV_CODEC_ID_PCM_S8 -> Encoding.PCM_8;
      case avcodec.AV_CODEC_ID_PCM_S16LE, avcodec.AV_CODEC_ID_PCM_S16BE -> Encoding.PCM_16;
      case avcodec.AV_CODEC_ID_PCM_S24LE, avcodec.AV_CODEC_ID_PCM_S24BE -> Encoding.PCM_24;
      case avcodec.AV_CODEC_ID_PCM_S32LE, avcodec.AV_CODEC_ID_PCM_S32BE -> Encoding.PCM_32;
      case avcodec.AV_CODEC_ID_PCM_F32LE, avcodec.AV_CODEC_ID_PCM_F32BE -> Encoding.FLOAT_32;
      case avcodec.AV_CODEC_ID_PCM_F64LE, avcodec.AV_CODEC_ID_PCM_F64BE -> Encoding.FLOAT_64;
      case avcodec.AV_CODEC_ID_PCM_MULAW -> Encoding.MU_LAW;
      case avcodec.AV_CODEC_ID_PCM_ALAW -> Encoding.A_LAW;
      default -> Encoding.OTHER;
    };
  }

  private static SampleBlock.Type blockType(int format) {
    return switch (format) {
      case avutil.AV_SAMPLE_FMT_U8,
          avutil.AV_SAMPLE_FMT_U8P,
          avutil.AV_SAMPLE_FMT_S16,
          avutil.AV_SAMPLE_FMT_S16P ->
          SampleBlock.Type.INT16;
      case avutil.AV_SAMPLE_FMT_S32, avutil.AV_SAMPLE_FMT_S32P -> SampleBlock.Type.INT32;
      case avutil.AV_SAMPLE_FMT_FLT, avutil.AV_SAMPLE_FMT_FLTP -> SampleBlock.Type.FLOAT32;
      default -> SampleBlock.Type.FLOAT64;
    };
  }
}
