package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, in which words, and at what cost. */
class ImageFileContractTest {
  @TempDir Path folder;

  @Test
  void readsAFile() throws IOException {
    Path path = write("orientation6.jpg", Fixtures.bytes("orientation6.jpg"));
    ImageFile file = ImageFile.open(path, DecodeLimits.DEFAULT);
    assertThat(file.header().stored()).isEqualTo(new ImageSize(37, 29));
    assertThat(file.header().size()).isEqualTo(new ImageSize(29, 37));
    assertThat(file.decode(DecodeOptions.DEFAULT).rgb())
        .isEqualTo(Fixtures.bytes("orientation6.jpg.rgb"));
  }

  @Test
  void missingFilesAndFolders() {
    refused(() -> open(folder.resolve("none.png")), "none.png: there is no such file");
    refused(() -> open(folder), "is a folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%PDF-1.7\\n| is a PDF document: turn its pages into PNG",
        "<?xml version=\"1.0\"?><svg width=\"10\"/>| is an SVG drawing: render it",
        "<!DOCTYPE html><html>| is a web page, not a picture",
        "\\0\\0\\0\\u0018ftypheic\\0\\0| is a HEIC picture: convert it",
        "\\0\\0\\0\\u0018ftypavif\\0\\0| is an AVIF picture: convert it",
        "\\0\\0\\0\\u0018ftypmp42\\0\\0| is an MP4 or QuickTime video: give it as a video",
        "\\u001aE\\u00df\\u00a3\\0| is a Matroska or WebM video",
        "RIFF\\0\\0\\0\\0AVI LIST| is an AVI video",
        "GGUF\\3\\0\\0\\0| is a GGUF model",
        "P6 10 10 255\\n| is a Netpbm picture",
        "hello, world| is a text file, not a picture",
        "\\1\\2\\3\\4\\5| is not a picture of a known format: give PNG",
        "II+\\0\\10\\0\\0\\0| is a BigTIFF picture",
      })
  void otherFilesAreNamed(String content, String expected) throws IOException {
    byte[] bytes = unescape(content).getBytes(StandardCharsets.ISO_8859_1);
    refused(() -> open(write("some.file", bytes)), "some.file: " + expected.strip());
  }

  /** Where pages and clips are taken, too, the message says so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello, world| is a text file: give a picture (PNG, JPEG, WebP, GIF, BMP, TIFF or JPEG 2000), a PDF document, or a clip (--video); what a text says belongs into the prompt (run and describe: -f FILE)",
        "\\1\\2\\3\\4\\5| is of no format that is known: give a picture (PNG, JPEG, WebP, GIF, BMP, TIFF or JPEG 2000), a PDF document, or a clip (--video)",
        "<!DOCTYPE html><html>| is a web page, not a picture: download the picture itself",
        "GGUF\\3\\0\\0\\0| is a GGUF model: give a picture",
        "\\u00ff\\u00d8\\u00ff| JPEG picture is cut off: it ends at byte 3 inside the marker segments; get a complete copy of the file"
      })
  void otherFilesAmongMedia(String content, String expected) {
    byte[] bytes = unescape(content).getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Documents.picture(bytes, "a.file", DecodeLimits.DEFAULT))
        .isInstanceOf(OcelliException.class)
        .hasMessage("a.file: " + expected.strip());
  }

  @Test
  void emptyFile() throws IOException {
    Path path = write("empty.png", new byte[0]);
    refused(() -> open(path), "empty.png: is empty");
  }

  @Test
  void namesWithControlCharactersStayOnOneLine() {
    byte[] data = {1, 2, 3};
    refused(
        () -> ImageFile.of(data, "a\nb\u001b[31m.png", DecodeLimits.DEFAULT),
        "a b [31m.png: is not");
  }

  @Test
  void byteLimit() throws IOException {
    Path path = write("rgb8.png", Fixtures.bytes("rgb8.png"));
    DecodeLimits limits = new DecodeLimits(100, 1000, 1000);
    refused(
        () -> ImageFile.open(path, limits), "has " + Files.size(path) + " bytes, but at most 100");
  }

  @Test
  void pixelAndSideLimits() {
    byte[] png = Fixtures.bytes("rgb8.png");
    DecodeLimits exact = new DecodeLimits(1 << 20, 37 * 29, 37);
    assertThat(ImageFile.of(png, "p", exact).header().size()).isEqualTo(new ImageSize(37, 29));
    refused(
        () -> ImageFile.of(png, "p", new DecodeLimits(1 << 20, 37 * 29 - 1, 37)),
        "p: announces 37 x 29 = 1073 pixels, but at most 1072 pixels and 37 a side");
    refused(() -> ImageFile.of(png, "p", new DecodeLimits(1 << 20, 5000, 36)), "announces 37 x 29");
  }

  @Test
  void impossibleLimits() {
    for (ThrowingCallable limits :
        List.<ThrowingCallable>of(
            () -> new DecodeLimits(0, 1, 1),
            () -> new DecodeLimits(1, 0, 1),
            () -> new DecodeLimits(1, 1, 0),
            () -> new DecodeLimits(1, Long.MAX_VALUE, 1),
            () -> new DecodeLimits(1L << 40, 1, 1))) {
      assertThatThrownBy(limits)
          .isInstanceOfSatisfying(
              OcelliException.class,
              e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.USAGE));
    }
  }

  /** Tiny files that announce enormous pictures cost nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb8.png",
        "q95_420.jpg",
        "progressive.jpg",
        "plain.gif",
        "rgb24.bmp",
        "lossless.webp",
        "lossy_q80_m0.webp",
        "animated.webp",
        "rgb_None.tif",
        "rle8.bmp"
      })
  void bombsAreRefusedFromTheHeader(String name) {
    byte[] bomb = Fixtures.bytes(name);
    ByteBuffer little = ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN);
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "png" -> {
        ByteBuffer.wrap(bomb).putInt(16, Integer.MAX_VALUE).putInt(20, Integer.MAX_VALUE);
        PngChecksums.repair(bomb);
      }
      case "jpg" -> ByteBuffer.wrap(bomb).putInt(frameHeader(bomb) + 5, -1);
      case "gif" -> little.putInt(6, -1);
      case "bmp" -> little.putInt(18, 1 << 20).putInt(22, 1 << 20);
      case "webp" -> {
        switch (name) {
          case "animated.webp" -> little.putShort(24, (short) -1).putInt(26, -1);
          case "lossless.webp" -> little.putInt(21, 0x0FFFFFFF);
          default -> little.putInt(26, 0x3FFF3FFF);
        }
      }
      default -> tiffSize(little, 1 << 30);
    }
    long allocated =
        allocated(() -> refused(() -> ImageFile.of(bomb, name, DecodeLimits.DEFAULT), name));
    assertThat(allocated).isLessThan(4 << 20);
  }

  /** A size within the limits that the data cannot fill is refused before pixels are allocated. */
  @ParameterizedTest
  @ValueSource(
      strings = {"rgb8.png", "q95_420.jpg", "progressive.jpg", "rgb24.bmp", "rgb_None.tif"})
  void sizesBeyondTheDataAreRefused(String name) {
    byte[] data = Fixtures.bytes(name);
    ByteBuffer little = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "png" -> {
        ByteBuffer.wrap(data).putInt(16, 12_000).putInt(20, 12_000);
        PngChecksums.repair(data);
      }
      case "jpg" ->
          ByteBuffer.wrap(data)
              .putShort(frameHeader(data) + 5, (short) 12_000)
              .putShort(frameHeader(data) + 7, (short) 12_000);
      case "bmp" -> little.putInt(18, 12_000).putInt(22, 12_000);
      default -> tiffSize(little, 12_000);
    }
    long allocated =
        allocated(() ->
            refused(() -> ImageDecoder.decode(data, name, DecodeOptions.DEFAULT), name + ": "));
    assertThat(allocated).isLessThan(4 << 20);
  }

  /** Text and profiles that inflate to 64 MB each are not inflated. */
  @Test
  void metadataBombsAreIgnored() throws IOException {
    byte[] png = Fixtures.bytes("rgb8.png");
    byte[] zeros = new byte[1 << 20];
    Deflater deflater = new Deflater(9);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int i = 0; i < 64; i++) {
      deflater.setInput(zeros);
      while (!deflater.needsInput()) {
        packed.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      packed.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(png, 0, 33);
    for (String type : List.of("iCCP", "zTXt", "iTXt")) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      content.writeBytes("name\0".getBytes(StandardCharsets.ISO_8859_1));
      content.writeBytes(type.equals("iTXt") ? new byte[] {1, 0, 0, 0} : new byte[] {0});
      content.writeBytes(packed.toByteArray());
      chunk(bomb, type, content.toByteArray());
    }
    bomb.write(png, 33, png.length - 33);
    byte[] data = bomb.toByteArray();
    long allocated =
        allocated(() ->
            assertThat(ImageDecoder.decode(data, "p", DecodeOptions.DEFAULT).rgb())
                .isEqualTo(Fixtures.bytes("rgb8.png.rgb")));
    assertThat(allocated).isLessThan(16 << 20);
  }

  @Test
  void moreJpegScansThanAnyEncoderWrites() {
    byte[] jpeg = Fixtures.bytes("grey_progressive.jpg");
    int scan = indexOf(jpeg, 0xFFDA);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(jpeg, 0, scan);
    for (int i = 0; i < 300; i++) {
      bomb.write(jpeg, scan, 10);
      bomb.write(0);
    }
    bomb.write(jpeg, scan, jpeg.length - scan);
    refused(
        () -> ImageFile.of(bomb.toByteArray(), "p", DecodeLimits.DEFAULT), "more than 256 scans");
  }

  @Test
  void kindsOfJpegThatNobodyDecodesAreNamed() {
    byte[] jpeg = Fixtures.bytes("q95_420.jpg");
    int frame = frameHeader(jpeg);
    for (String[] kind :
        new String[][] {
          {"C3", "lossless JPEG"}, {"C9", "arithmetic JPEG"}, {"C5", "hierarchical JPEG"}
        }) {
      byte[] changed = jpeg.clone();
      changed[frame + 1] = (byte) Integer.parseInt(kind[0], 16);
      refused(() -> ImageFile.of(changed, "p", DecodeLimits.DEFAULT), "has " + kind[1]);
    }
    byte[] twelveBits = jpeg.clone();
    twelveBits[frame + 4] = 12;
    refused(() -> ImageFile.of(twelveBits, "p", DecodeLimits.DEFAULT), "samples of 12 bits");
  }

  @Test
  void truncationIsSaidWithThePlace() {
    byte[] jpeg = Fixtures.bytes("q95_420.jpg");
    byte[] half = java.util.Arrays.copyOf(jpeg, jpeg.length - 2);
    refused(
        () -> ImageFile.of(half, "p.jpg", DecodeLimits.DEFAULT),
        "p.jpg: JPEG picture is cut off: it ends at byte "
            + half.length
            + " inside the image data; get a complete copy");
  }

  @Test
  void threadsDecodeTheSame() throws Exception {
    List<String> names =
        List.of("rgb8.png", "q95_420.jpg", "lossy_q80_m0.webp", "rgb_jpeg.tif", "rgb24.bmp");
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String name = names.get(i % names.size());
        tasks.add(() ->
            java.util.Arrays.equals(
                ImageDecoder.decode(Fixtures.bytes(name), name, DecodeOptions.DEFAULT).rgb(),
                Fixtures.bytes(name + ".rgb")));
      }
      for (Future<Boolean> result : pool.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static void open(Path path) {
    ImageFile.open(path, DecodeLimits.DEFAULT);
  }

  private static void refused(ThrowingCallable call, String expected) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OcelliException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT);
              assertThat(e.getMessage()).contains(expected).matches("[^\\p{Cntrl}]+");
            });
  }

  private static long allocated(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static int frameHeader(byte[] jpeg) {
    int at = 2;
    while (true) {
      int marker = jpeg[at + 1] & 0xFF;
      if (marker >= 0xC0 && marker <= 0xC2) {
        return at;
      }
      at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF);
    }
  }

  private static void tiffSize(ByteBuffer tiff, int side) {
    int directory = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if (tiff.getShort(entry) == 256 || tiff.getShort(entry) == 257) {
        tiff.putShort(entry + 2, (short) 4).putInt(entry + 8, side);
      }
    }
  }

  private static int indexOf(byte[] data, int marker) {
    for (int i = 0; ; i++) {
      if (((data[i] & 0xFF) << 8 | data[i + 1] & 0xFF) == marker) {
        return i;
      }
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
    ByteBuffer b = ByteBuffer.allocate(12 + content.length);
    b.putInt(content.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(content);
    CRC32 crc = new CRC32();
    crc.update(b.array(), 4, content.length + 4);
    b.putInt((int) crc.getValue());
    out.writeBytes(b.array());
  }

  /** Java's own escapes, which a CSV source does not know. */
  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i)) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString().translateEscapes();
  }
}
