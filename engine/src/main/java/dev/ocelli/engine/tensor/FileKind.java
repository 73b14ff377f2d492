package dev.ocelli.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Recognises what a file is that was given in place of a model file, for error messages. */
public final class FileKind {
  private static final int HEAD = 512;

  private FileKind() {}

  /**
   * Says what the bytes look like and what to do about it.
   *
   * @param file all bytes of the file, or at least the first 512
   * @param size length of the file
   * @return such as {@code "a zip archive; unpack it"}, or null when nothing is recognised
   */
  public static @Nullable String describe(MemorySegment file, long size) {
    byte[] head = new byte[(int) Math.min(HEAD, file.byteSize())];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, 0, head, 0, head.length);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("GGUF")) {
      return "a GGUF file; give it where a GGUF file is expected";
    }
    if (text.startsWith("version https://git-lfs")) {
      return "a Git LFS pointer, not the model itself; run 'git lfs pull' or download the file";
    }
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml")) {
      return "a web page, not a model: the download gave an error or log-in page; download it again";
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return "a zip archive (PyTorch's .bin and .pt files are such); "
          + "unpack it, or use the model's GGUF or safetensors file";
    }
    if (text.startsWith("\u001f\u008b")) {
      return "compressed with gzip; unpack it with gunzip";
    }
    if (text.startsWith("(\u00b5/\u00fd")) {
      return "compressed with zstd; unpack it with unzstd";
    }
    if (text.startsWith("tjgg") || text.startsWith("lmgg") || text.startsWith("fmgg")) {
      return "a GGML file of the time before GGUF; download the model as GGUF";
    }
    if (text.startsWith("\u0089PNG") || text.startsWith("\u00ff\u00d8\u00ff")) {
      return "a picture; give it as a picture and a model file as the model";
    }
    if (looksLikeSafetensors(file, size, head.length)) {
      return "a safetensors file; give the folder it lies in, with its config.json";
    }
    if (start.startsWith("{")) {
      return "a JSON text, not a model; give the model file or its folder";
    }
    if (head.length >= 8 && isZero(head)) {
      return "filled with zeros: the download did not finish; download it again";
    }
    return null;
  }

  private static boolean looksLikeSafetensors(MemorySegment file, long size, int head) {
    if (head < 10) {
      return false;
    }
    long header = file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    return header >= 2 && header <= size - 8 && file.get(ValueLayout.JAVA_BYTE, 8) == '{';
  }

  private static boolean isZero(byte[] head) {
    for (byte b : head) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
