package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.FileKind;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Parses and checks one safetensors file: eight bytes of header length, a JSON header, the data.
 *
 * <p>As the reference implementation demands, the tensors' data follow each other without gap or
 * overlap from the first to the last byte after the header.
 */
final class SafetensorsHeader {
  /** The limit of the format. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int MAX_DIMENSIONS = 8;
  private static final String METADATA = "__metadata__";
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment file;
  private final String origin;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  /** A tensor's place in the data section. */
  @SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
  private record Entry(String name, DType type, long[] shape, long begin, long end) {}

  /** What a file holds; tensors in the order of the header. */
  record Parsed(Map<String, String> metadata, List<Tensor> tensors) {}

  private SafetensorsHeader(MemorySegment file, String origin) {
    this.file = file;
    this.origin = origin;
  }

  static Parsed parse(MemorySegment file, String origin) {
    return new SafetensorsHeader(file, origin).parse();
  }

  private Parsed parse() {
    long header = headerLength();
    byte[] json = file.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE);
    try (JsonParser p = JsonFields.MAPPER.createParser(json)) {
      readEntries(p);
    } catch (JacksonException e) {
      throw damaged("the header is " + JsonFields.badJson(e, 8));
    }
    long dataStart = 8 + header;
    checkPlaces(file.byteSize() - dataStart);
    List<Tensor> tensors = new ArrayList<>(entries.size());
    for (Entry e : entries) {
      MemorySegment data = file.asSlice(dataStart + e.begin, e.end - e.begin);
      tensors.add(new Tensor(e.name, e.type, e.shape, data, origin));
    }
    return new Parsed(metadata, tensors);
  }

  private long headerLength() {
    long size = file.byteSize();
    if (size == 0) {
      throw error("the file is empty; download it again");
    }
    long header = size < 8 ? -1 : file.get(I64, 0);
    boolean fits = header >= 2 && header <= size - 8;
    if (!fits || file.get(ValueLayout.JAVA_BYTE, 8) != '{') {
      // A truncated safetensors file keeps its plausible length and its brace.
      boolean truncated =
          size > 8
              && header > size - 8
              && header <= MAX_HEADER
              && file.get(ValueLayout.JAVA_BYTE, 8) == '{';
      if (truncated) {
        throw damaged(
            "truncated: the header takes %d bytes (byte offset 0), but only %d follow"
                .formatted(header, size - 8));
      }
      @Nullable String kind = FileKind.describe(file, size);
      throw error(
          kind == null
              ? "not a safetensors file: the header length at byte offset 0 is %s and the file has %d bytes; give a .safetensors file"
                  .formatted(Long.toUnsignedString(header), size)
              : "not a safetensors file (byte offset 0): it is " + kind);
    }
    if (header > MAX_HEADER) {
      throw damaged(
          "the header takes %d bytes (byte offset 0); at most %d are allowed"
              .formatted(header, MAX_HEADER));
    }
    return header;
  }

  /** The parser refuses names that occur twice. */
  private void readEntries(JsonParser p) {
    p.nextToken();
    for (String name = p.nextName(); name != null; name = p.nextName()) {
      p.nextToken();
      JsonNode value = p.readValueAsTree();
      if (!value.isObject()) {
        throw damaged("header entry '" + Printable.of(name) + "' is no object");
      }
      if (name.equals(METADATA)) {
        readMetadata(value);
      } else {
        entries.add(entry(name, value));
      }
    }
    if (p.currentToken() != JsonToken.END_OBJECT || p.nextToken() != null) {
      throw damaged("the header holds more than one JSON object");
    }
  }

  private void readMetadata(JsonNode object) {
    for (Map.Entry<String, JsonNode> e : object.properties()) {
      if (!e.getValue().isString()) {
        throw damaged(
            "header entry '__metadata__' holds '%s', which is no string"
                .formatted(Printable.of(e.getKey())));
      }
      metadata.put(e.getKey(), e.getValue().stringValue());
    }
  }

  private Entry entry(String name, JsonNode object) {
    String tensor = "tensor '" + Printable.of(name) + "'";
    DType type = type(tensor, object.path("dtype"));
    long[] shape = longs(tensor, "shape", object.path("shape"));
    if (shape.length > MAX_DIMENSIONS) {
      throw damaged(
          "%s has %d dimensions; up to %d are possible"
              .formatted(tensor, shape.length, MAX_DIMENSIONS));
    }
    long bytes = type.blockBytes();
    for (long d : shape) {
      if (d < 1 || Math.multiplyHigh(bytes, d) != 0 || bytes * d < 0) {
        throw damaged(tensor + " has the impossible shape " + Arrays.toString(shape));
      }
      bytes *= d;
    }
    long[] offsets = longs(tensor, "data_offsets", object.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
      throw damaged(
          "%s has the data_offsets %s; begin and end are needed"
              .formatted(tensor, Printable.of(Arrays.toString(offsets))));
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw damaged(
          "%s of type %s and shape %s takes %d bytes, but its data_offsets %s hold %d"
              .formatted(
                  tensor,
                  type,
                  Arrays.toString(shape),
                  bytes,
                  Arrays.toString(offsets),
                  offsets[1] - offsets[0]));
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private DType type(String tensor, JsonNode node) {
    String name = node.isString() ? node.stringValue() : "";
    return switch (name) {
      case "BF16" -> DType.BF16;
      case "F16" -> DType.F16;
      case "F32" -> DType.F32;
      case "F64" -> DType.F64;
      case "F8_E4M3" -> DType.F8_E4M3;
      case "I8" -> DType.I8;
      case "I16" -> DType.I16;
      case "I32" -> DType.I32;
      case "I64" -> DType.I64;
      case "U8", "BOOL" -> DType.U8;
      case "" -> throw damaged(tensor + " has no dtype");
      default ->
          throw error(
              "%s has the dtype '%s', which is not supported; use a BF16, F16, F32 or F8_E4M3 variant of the model"
                  .formatted(tensor, Printable.of(name)));
    };
  }

  private long[] longs(String tensor, String field, JsonNode node) {
    long[] out = new long[node.size()];
    boolean fine = node.isArray();
    for (int i = 0; fine && i < out.length; i++) {
      JsonNode n = node.get(i);
      fine = n.isIntegralNumber() && n.canConvertToLong();
      out[i] = fine ? n.longValue() : 0;
    }
    if (!fine) {
      throw damaged(
          "%s has no proper '%s': %s".formatted(tensor, field, Printable.of(node.toString())));
    }
    return out;
  }

  private void checkPlaces(long size) {
    Entry[] sorted = entries.toArray(Entry[]::new);
    Arrays.sort(sorted, (a, b) -> Long.compare(a.begin, b.begin));
    long end = 0;
    String before = "the header";
    for (Entry e : sorted) {
      String tensor = "tensor '" + Printable.of(e.name) + "'";
      if (e.begin < end) {
        throw damaged(
            "%s at data offset %d overlaps %s, which ends at %d"
                .formatted(tensor, e.begin, before, end));
      }
      if (e.begin > end) {
        throw damaged(
            "%s begins at data offset %d, but %s ends at %d: a gap is not allowed"
                .formatted(tensor, e.begin, before, end));
      }
      if (e.end > size) {
        throw damaged(
            "truncated: %s takes the data offsets %d to %d, but the file has %d bytes of data"
                .formatted(tensor, e.begin, e.end, size));
      }
      end = e.end;
      before = tensor;
    }
    if (end != size) {
      throw damaged("the tensors take %d bytes of data, but the file has %d".formatted(end, size));
    }
  }

  private OcelliException damaged(String problem) {
    return error(
        problem + "; the file is damaged or was not downloaded completely; download it again");
  }

  private OcelliException error(String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, origin + ": " + problem);
  }
}
