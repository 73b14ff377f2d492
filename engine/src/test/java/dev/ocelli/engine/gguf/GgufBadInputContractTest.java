package dev.ocelli.engine.gguf;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a file can be wrong has its message: file, field, byte offset, remedy. */
class GgufBadInputContractTest {
  private static final int F32 = DType.F32.ggmlType();
  private static final String AGAIN = "download it again";

  @TempDir Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void pathsThatAreNoFile() throws IOException {
    Path missing = folder.resolve("missing.gguf");
    assertModelError(() -> GgufFile.open(missing), missing + ": there is no such file");
    assertModelError(() -> GgufFile.open(folder), folder + ": this is a folder; give a .gguf file");
    Path empty = file("empty.gguf", new byte[0]);
    assertModelError(() -> GgufFile.open(empty), empty + ": the file is empty", AGAIN);
  }

  @Test
  void otherKindsOfFilesAreRecognised() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(new byte[100]);
    }
    assertKind(zipped.toByteArray(), "compressed with gzip; unpack it with gunzip");
    assertKind(ascii("PK\u0003\u0004abcdefgh"), "a zip archive");
    assertKind(ascii("  <!DOCTYPE html><html>"), "a web page");
    assertKind(ascii("<html lang=en>"), "a web page");
    assertKind(
        ascii("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
        "a Git LFS pointer, not the model itself; run 'git lfs pull'");
    assertKind(ascii("{\"error\": 404}"), "a JSON text");
    assertKind(ascii("\u0089PNG\r\n\u001a\n"), "a picture");
    assertKind(ascii("lmgg\u0001\0\0\0"), "before GGUF");
    assertKind(new byte[64], "filled with zeros", AGAIN);
    assertKind(
        Files.readAllBytes(Fixtures.path("models/tiny-dense/model.safetensors")),
        "a safetensors file; give the folder it lies in");
    Path unknown = file("unknown.gguf", ascii("abc"));
    assertModelError(
        () -> GgufFile.open(unknown),
        unknown + ": not a GGUF file: it begins with the bytes 61 62 63 (byte offset 0)");
  }

  private void assertKind(byte[] bytes, String... parts) throws IOException {
    Path f = file("kind.gguf", bytes);
    assertModelError(() -> GgufFile.open(f), f + ": not a GGUF file (byte offset 0): it is ");
    assertModelError(() -> GgufFile.open(f), parts);
  }

  @Test
  void versionsAndByteOrder() {
    assertModelError(
        () -> new RawGguf().text("GGUF").i32(1).i32(0).i32(0).read(),
        "x.gguf: GGUF version 1 (byte offset 4) is not supported",
        "convert the model again");
    assertModelError(
        () -> new RawGguf().text("GGUF").i32(9).read(),
        "x.gguf: GGUF version 9 (byte offset 4) is unknown");
    assertModelError(
        () -> new RawGguf().text("GGUF").i32(0x03000000).i64(0).i64(0).read(),
        "x.gguf: a big-endian GGUF file",
        "only little-endian files are supported");
    assertThat(new RawGguf().text("GGUF").i32(2).i64(0).i64(0).read().version()).isEqualTo(2);
  }

  @Test
  void countsThatTheFileCannotHold() {
    assertModelError(
        () -> RawGguf.header(1L << 40, 0).read(),
        "x.gguf: the number of tensors is 1099511627776, but only 8 bytes follow",
        "(byte offset 8)",
        AGAIN);
    assertModelError(
        () -> RawGguf.header(-1, 0).read(),
        "the number of tensors is 18446744073709551615, but only");
    assertModelError(
        () -> RawGguf.header(0, 1_000_000).read(),
        "the number of metadata entries is 1000000, but only 0 bytes follow (byte offset 16)");
    assertModelError(
        () -> RawGguf.header(0, 1).string("list").i32(9).i32(5).i64(1L << 33).i64(0).read(),
        "the number of elements of the value of metadata key 'list' is 8589934592, but only 8"
            + " bytes follow",
        "(byte offset 44)");
    assertModelError(
        () -> RawGguf.header(0, 1).string("list").i32(9).i32(8).i64(2).i64(0).read(),
        "the number of elements",
        "is 2, but only 8 bytes follow");
  }

  @Test
  void stringLengths() {
    assertModelError(
        () -> RawGguf.header(0, 1).i64(1000).text("0123456789abcdef").read(),
        "metadata key 1 of 1 is said to be 1000 bytes long, but only 16 bytes follow (byte offset"
            + " 24)");
    assertModelError(
        () -> RawGguf.header(0, 1).string("k").i32(8).i64(-5).text("abc").read(),
        "the value of metadata key 'k' is said to be 18446744073709551611 bytes long, but only 3"
            + " bytes follow");
    assertModelError(
        () -> RawGguf.header(0, 1).string("k".repeat(70_000)).entry("x", 1).read(),
        "metadata key 1 of 1 is 70000 bytes long; at most 65535 are allowed (byte offset 24)");
    assertModelError(
        () -> RawGguf.header(0, 1).string("").i32(4).i32(0).i64(0).read(),
        "metadata key 1 of 1 is empty (byte offset 24)");
  }

  @Test
  void metadataValues() {
    assertModelError(
        () -> RawGguf.header(0, 1).string("k").i32(13).i64(0).read(),
        "the value of metadata key 'k' has the unknown type number 13; 0 to 12 are known (byte"
            + " offset 33)");
    assertModelError(
        () -> RawGguf.header(0, 1).string("k").i32(7).i8(2).i64(0).read(),
        "the value of metadata key 'k' is boolean, but holds the byte 2 (byte offset 37)");
    assertModelError(
        () -> RawGguf.header(0, 2).entry("k", 1).entry("k", 2).read(),
        "metadata key 'k' occurs twice (byte offset 41)");
    assertModelError(
        () -> RawGguf.header(0, 1).string("k").i32(10).i32(0).read(),
        "truncated: the value of metadata key 'k' needs 8 bytes, but the file ends after 4 of them");
    RawGguf deep = RawGguf.header(0, 1).string("k").i32(9);
    for (int i = 0; i < 20; i++) {
      deep.i32(9).i64(1);
    }
    assertModelError(
        () -> deep.i32(4).i64(0).read(), "metadata key 'k' has arrays nested more than 8 deep");
    assertModelError(
        () -> RawGguf.header(0, 1).string("a\nb\u202ec").i32(99).i64(0).read(),
        "'a\\u000ab\\u202ec'");
  }

  @Test
  void alignment() {
    for (int a : new int[] {0, 3, 48, -1, 1 << 21}) {
      assertModelError(
          () -> RawGguf.header(0, 1).entry("general.alignment", a).read(),
          "x.gguf: metadata key 'general.alignment' is " + (a & 0xffffffffL),
          "a power of two");
    }
    assertModelError(
        () -> RawGguf.header(0, 1).string("general.alignment").i32(8).string("32").read(),
        "metadata key 'general.alignment' must be a whole number, but is STRING '32'");
  }

  @Test
  void dimensions() {
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0, 1, 1, 1, 1, 1).read(),
        "tensor 't' has 5 dimensions; 1 to 4 are possible (byte offset 33)");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0).i64(0).read(),
        "tensor 't' has 0 dimensions");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0, 4, 0).read(),
        "tensor 't' has the impossible dimension 0 (byte offset 45)");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0, 1L << 40, 1L << 40).read(),
        "tensor 't' has the impossible dimension 1099511627776");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0, -4).read(),
        "tensor 't' has the impossible dimension 18446744073709551612");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0, 1L << 61, 3).read(),
        "tensor 't' is impossibly large: [3, 2305843009213693952]");
  }

  @Test
  void types() {
    for (int type : new int[] {4, 31, 43, 999, -1}) {
      assertModelError(
          () -> RawGguf.header(1, 0).tensor("t", type, 0, 4).read(),
          "x.gguf: tensor 't' has the unknown type number " + Integer.toUnsignedString(type),
          "(byte offset 45)",
          "needs a newer Ocelli");
    }
    assertModelError(
        () ->
            RawGguf.header(1, 0).tensor("t", DType.Q4_K.ggmlType(), 0, 128, 2).data(32, 144).read(),
        "tensor 't' has rows of 128 values, no whole number of Q4_K blocks of 256");
  }

  @Test
  void offsets() {
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 5, 4).data(32, 64).read(),
        "tensor 't' has the offset 5, no multiple of the alignment 32 (byte offset 49)");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, -32, 4).data(32, 64).read(),
        "tensor 't' has the offset 18446744073709551584");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 1L << 62, 4).data(32, 64).read(),
        "truncated: tensor 't' takes 16 bytes from offset 4611686018427387904 of the data that"
            + " begins at byte 64, but the file has 128 bytes");
    assertModelError(
        () -> RawGguf.header(1, 0).tensor("t", F32, 0, 100).data(32, 399).read(),
        "truncated: tensor 't' takes 400 bytes from offset 0",
        AGAIN);
    assertModelError(
        () ->
            RawGguf.header(2, 0)
                .tensor("a", F32, 32, 16)
                .tensor("b", F32, 64, 4)
                .data(32, 128)
                .read(),
        "tensor 'b' at offset 64 overlaps tensor 'a', which takes 64 bytes from offset 32");
    assertModelError(
        () ->
            RawGguf.header(2, 0).tensor("a", F32, 0, 4).tensor("b", F32, 0, 4).data(32, 64).read(),
        "overlaps tensor 'a'");
    assertModelError(
        () ->
            RawGguf.header(2, 0).tensor("a", F32, 0, 4).tensor("a", F32, 32, 4).data(32, 64).read(),
        "tensor 'a' occurs twice (byte offset 57)");
  }

  @Test
  void truncatedFileOnDisk() throws IOException {
    byte[] all = Files.readAllBytes(Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf"));
    Path half =
        file(
            "half.gguf",
            MemorySegment.ofArray(all).asSlice(0, all.length / 2).toArray(ValueLayout.JAVA_BYTE));
    assertModelError(() -> GgufFile.open(half), half + ": truncated: tensor '", AGAIN);
  }
}
