package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;

/** Makes safetensors files, proper ones and wrong ones. */
final class RawSafetensors {
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final StringJoiner header = new StringJoiner(",", "{", "}");

  /** The bytes of a file with any text as header. */
  static byte[] file(String header, int dataBytes) {
    return file(header, new byte[dataBytes]);
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** Reads a file with any text as header under the name {@code x.safetensors}. */
  static SafetensorsFile read(String header, int dataBytes) {
    return SafetensorsFile.of(MemorySegment.ofArray(file(header, dataBytes)), "x.safetensors");
  }

  RawSafetensors add(Tensor t) {
    return add(t.name(), t.type(), t.shape(), t.data().toArray(ValueLayout.JAVA_BYTE));
  }

  RawSafetensors add(String name, DType type, long[] shape, byte[] bytes) {
    int begin = data.size();
    data.writeBytes(bytes);
    header.add(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, type, Arrays.toString(shape), begin, data.size()));
    return this;
  }

  byte[] bytes() {
    return file(header.toString(), data.toByteArray());
  }
}
