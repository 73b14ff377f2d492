package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.FileKind;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses one GGUF file, version 2 or 3, little endian, and checks all of it: a file that passes has
 * every tensor inside the file, aligned, and overlapping no other.
 */
final class GgufParser {
  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_DIMENSIONS = 4;

  /** Bytes of the shortest possible metadata entry and tensor entry. */
  private static final int SMALLEST_ENTRY = 8 + 1 + 4 + 1;

  private static final int SMALLEST_TENSOR = 8 + 1 + 4 + 8 + 4 + 8;

  private final GgufCursor in;
  private final String origin;

  private GgufParser(MemorySegment file, String origin) {
    this.in = new GgufCursor(file, origin);
    this.origin = origin;
  }

  /** What a file holds. */
  record Parsed(int version, long alignment, GgufMetadata metadata, List<Tensor> tensors) {}

  /** A tensor's entry in the header: where it is said to lie, relative to the data section. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(String name, DType type, long[] shape, long offset, long bytes, long at) {}

  static Parsed parse(MemorySegment file, String origin) {
    return new GgufParser(file, origin).parse();
  }

  private Parsed parse() {
    int version = signature();
    int tensorCount = in.count("the number of tensors", SMALLEST_TENSOR);
    int entryCount = in.count("the number of metadata entries", SMALLEST_ENTRY);
    GgufMetadata metadata = metadata(entryCount);
    long alignment = alignment(metadata);
    List<Entry> entries = entries(tensorCount, alignment);
    long dataStart = Math.ceilDiv(in.position(), alignment) * alignment;
    checkOverlap(entries);
    List<Tensor> tensors = new ArrayList<>(entries.size());
    for (Entry e : entries) {
      tensors.add(tensor(e, dataStart));
    }
    return new Parsed(version, alignment, metadata, tensors);
  }

  /** Checks magic and version; most wrong files end here. */
  private int signature() {
    MemorySegment file = in.file();
    if (file.byteSize() == 0) {
      throw error("the file is empty; download it again");
    }
    boolean magic = file.byteSize() >= 4 && file.get(GgufArray.I32, 0) == MAGIC;
    if (!magic) {
      @Nullable String kind = FileKind.describe(file, file.byteSize());
      throw error(
          kind == null
              ? "not a GGUF file: it begins with %s (byte offset 0) instead of 'GGUF'; give a .gguf model file"
                  .formatted(head(file))
              : "not a GGUF file (byte offset 0): it is " + kind);
    }
    in.int32("the magic");
    int version = in.int32("the version");
    if (version == 1) {
      throw error(
          "GGUF version 1 (byte offset 4) is not supported, versions 2 and 3 are; convert the model again with a current converter");
    }
    if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
      throw error(
          "a big-endian GGUF file (version at byte offset 4); only little-endian files are supported: download that variant, or convert it with gguf-convert-endian");
    }
    if (version != 2 && version != 3) {
      throw error(
          "GGUF version %s (byte offset 4) is unknown, versions 2 and 3 are supported; the file is damaged or needs a newer Ocelli"
              .formatted(Integer.toUnsignedString(version)));
    }
    return version;
  }

  private static String head(MemorySegment file) {
    byte[] head = file.asSlice(0, Math.min(4, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    StringBuilder out = new StringBuilder("the bytes");
    for (byte b : head) {
      out.append(" %02x".formatted(b));
    }
    return out.toString();
  }

  private GgufMetadata metadata(int count) {
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long at = in.position();
      String key = in.name("metadata key " + (i + 1) + " of " + count);
      GgufValue value = in.value(key);
      if (values.put(key, value) != null) {
        throw in.damaged(at, "metadata key '" + Printable.of(key) + "' occurs twice");
      }
    }
    return new GgufMetadata(origin, values);
  }

  private long alignment(GgufMetadata metadata) {
    long alignment = metadata.getLong("general.alignment", DEFAULT_ALIGNMENT);
    if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
      throw error(
          "metadata key 'general.alignment' is %d, a power of two up to 1048576 is needed; the file is damaged"
              .formatted(alignment));
    }
    return alignment;
  }

  private List<Entry> entries(int count, long alignment) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      long at = in.position();
      String name = in.name("the name of tensor " + (i + 1) + " of " + count);
      Entry e = entry(name, alignment, at);
      if (!names.add(name)) {
        throw in.damaged(at, "tensor '" + Printable.of(name) + "' occurs twice");
      }
      entries.add(e);
    }
    return entries;
  }

  private Entry entry(String name, long alignment, long at) {
    String tensor = "tensor '" + Printable.of(name) + "'";
    long where = in.position();
    int dimensions = in.int32("the number of dimensions of " + tensor);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw in.damaged(
          where,
          "%s has %s dimensions; 1 to %d are possible"
              .formatted(tensor, Integer.toUnsignedString(dimensions), MAX_DIMENSIONS));
    }
    long[] shape = new long[dimensions];
    long values = 1;
    for (int d = dimensions - 1; d >= 0; d--) {
      where = in.position();
      shape[d] = in.int64("a dimension of " + tensor);
      if (shape[d] < 1 || Math.multiplyHigh(values, shape[d]) != 0 || values * shape[d] < 0) {
        throw in.damaged(
            where,
            "%s has the impossible dimension %s"
                .formatted(tensor, Long.toUnsignedString(shape[d])));
      }
      values *= shape[d];
    }
    where = in.position();
    int number = in.int32("the type of " + tensor);
    DType type = DType.ofGgml(number);
    if (type == null) {
      throw error(
          "%s has the unknown type number %s (byte offset %d); the file is damaged or needs a newer Ocelli"
              .formatted(tensor, Integer.toUnsignedString(number), where));
    }
    if (shape[dimensions - 1] % type.blockValues() != 0) {
      throw in.damaged(
          where,
          "%s has rows of %d values, no whole number of %s blocks of %d"
              .formatted(tensor, shape[dimensions - 1], type, type.blockValues()));
    }
    long blocks = values / type.blockValues();
    if (Math.multiplyHigh(blocks, (long) type.blockBytes()) != 0
        || blocks * type.blockBytes() < 0) {
      throw in.damaged(where, tensor + " is impossibly large: " + Arrays.toString(shape));
    }
    where = in.position();
    long offset = in.int64("the offset of " + tensor);
    if (offset < 0 || offset % alignment != 0) {
      throw in.damaged(
          where,
          "%s has the offset %s, no multiple of the alignment %d"
              .formatted(tensor, Long.toUnsignedString(offset), alignment));
    }
    return new Entry(name, type, shape, offset, blocks * type.blockBytes(), at);
  }

  private void checkOverlap(List<Entry> entries) {
    Entry[] sorted = entries.toArray(Entry[]::new);
    Arrays.sort(sorted, (a, b) -> Long.compare(a.offset, b.offset));
    for (int i = 1; i < sorted.length; i++) {
      Entry before = sorted[i - 1];
      Entry e = sorted[i];
      if (e.offset - before.offset < before.bytes) {
        throw in.damaged(
            e.at,
            "tensor '%s' at offset %d overlaps tensor '%s', which takes %d bytes from offset %d"
                .formatted(
                    Printable.of(e.name),
                    e.offset,
                    Printable.of(before.name),
                    before.bytes,
                    before.offset));
      }
    }
  }

  private Tensor tensor(Entry e, long dataStart) {
    long size = in.file().byteSize();
    long room = size - dataStart - e.offset;
    if (room < e.bytes) {
      throw in.damaged(
          e.at,
          "truncated: tensor '%s' takes %d bytes from offset %d of the data that begins at byte %d, but the file has %d bytes"
              .formatted(Printable.of(e.name), e.bytes, e.offset, dataStart, size));
    }
    MemorySegment data = in.file().asSlice(dataStart + e.offset, e.bytes);
    return new Tensor(e.name, e.type, e.shape, data, origin);
  }

  private OcelliException error(String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, origin + ": " + problem);
  }
}
