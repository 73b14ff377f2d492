package dev.ocelli.engine.tokenizer;

import dev.ocelli.engine.OcelliException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a model: their texts, types and bytes, and the ids with a special meaning.
 *
 * <p>Immutable. Ids run from 0 to {@link #size()} - 1.
 */
public final class Vocabulary {
  /** Longest control or user-defined token accepted, in characters; the real ones have under 30. */
  static final int MAX_ADDED_LENGTH = 256;

  /** What kind of token it is; the codes are those of {@code tokenizer.ggml.token_type}. */
  public enum Type {
    /** Made by merges from ordinary text. */
    NORMAL(1),
    /** Stands for text without a token; not made from text by byte-level vocabularies. */
    UNKNOWN(2),
    /** Steers the model, is not shown: {@code <|im_start|>}. */
    CONTROL(3),
    /** Matched in prompts as a whole like a control token, but shown: {@code <think>}. */
    USER_DEFINED(4),
    /** A row of the embedding that no text uses. */
    UNUSED(5),
    /** A single byte of a SentencePiece vocabulary; not supported here. */
    BYTE(6);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** The number in a GGUF file. */
    public int code() {
      return code;
    }
  }

  private static final Type[] TYPES = Type.values();

  private final String origin;
  private final List<String> tokens;
  private final byte[] types;
  private final Map<String, Integer> ids;
  // Bytes of token i are text[offset[i] .. offset[i + 1]).
  private final byte[] text;
  private final int[] offset;
  private final int[] end;
  private final int pad;

  /** Checks and takes over a file's token table. */
  Vocabulary(TokenizerData data) {
    this.origin = data.origin();
    this.tokens = List.copyOf(data.tokens());
    int n = tokens.size();
    if (n == 0) {
      throw bad("tokenizer.ggml.tokens is empty");
    }
    if (data.types().length != n) {
      throw bad(
          "tokenizer.ggml.token_type has "
              + data.types().length
              + " entries but tokenizer.ggml.tokens has "
              + n);
    }
    this.types = new byte[n];
    this.ids = HashMap.newHashMap(n);
    this.offset = new int[n + 1];
    byte[] bytes = new byte[Math.multiplyExact(n, 8)];
    int length = 0;
    for (int id = 0; id < n; id++) {
      String token = tokens.get(id);
      Type type = typeOf(data.types()[id], id);
      types[id] = (byte) type.code();
      Integer other = ids.putIfAbsent(token, id);
      if (other != null) {
        throw bad("tokenizer.ggml.tokens: tokens " + other + " and " + id + " are equal");
      }
      if (token.isEmpty()) {
        throw bad("tokenizer.ggml.tokens: token " + id + " is empty");
      }
      byte[] own = type == Type.NORMAL ? ordinaryBytes(token, id) : addedBytes(token, type, id);
      if (bytes.length - length < own.length) {
        bytes = Arrays.copyOf(bytes, Math.addExact(Math.max(length * 2, length), own.length));
      }
      System.arraycopy(own, 0, bytes, length, own.length);
      length += own.length;
      offset[id + 1] = length;
    }
    this.text = Arrays.copyOf(bytes, length);
    this.pad = data.special().pad();
    if (pad < -1 || pad >= n) {
      throw outOfRange("padding_token_id", pad);
    }
    for (int id : data.special().end()) {
      if (id < 0 || id >= n) {
        throw outOfRange("eos_token_id", id);
      }
    }
    this.end =
        data.special().end().stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
  }

  private static byte[] ordinaryBytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = ByteAlphabet.toByte(token.charAt(i));
      if (b < 0) {
        return new byte[0];
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }

  private byte[] ordinaryBytes(String token, int id) {
    byte[] bytes = ordinaryBytes(token);
    if (bytes.length == 0) {
      throw bad(
          "tokenizer.ggml.tokens: token "
              + id
              + " has a character outside the byte alphabet of gpt2 vocabularies");
    }
    return bytes;
  }

  private byte[] addedBytes(String token, Type type, int id) {
    if (type != Type.UNUSED && token.length() > MAX_ADDED_LENGTH) {
      throw bad(
          "tokenizer.ggml.tokens: control token "
              + id
              + " has "
              + token.length()
              + " characters; at most "
              + MAX_ADDED_LENGTH
              + " are accepted");
    }
    // An unused row has no text: a name like [PAD151700] is only the converter's.
    return type == Type.UNUSED ? new byte[0] : token.getBytes(StandardCharsets.UTF_8);
  }

  private Type typeOf(int code, int id) {
    if (code < 1 || code > TYPES.length || code == Type.BYTE.code()) {
      throw bad(
          "tokenizer.ggml.token_type: type "
              + code
              + " of token "
              + id
              + " is not one of a gpt2 vocabulary (1 to 5)");
    }
    return TYPES[code - 1];
  }

  private OcelliException outOfRange(String field, int id) {
    return bad(
        "tokenizer.ggml." + field + " " + id + " is not below the number of tokens, " + size());
  }

  OcelliException bad(String what) {
    return new OcelliException(
        OcelliException.Kind.MODEL,
        origin + ": " + what + "; the file is damaged or made by an unsuitable converter");
  }

  /** The file it came from. */
  public String origin() {
    return origin;
  }

  /** The number of tokens, unused rows included. */
  public int size() {
    return tokens.size();
  }

  /** A token as the file writes it; ordinary ones in the byte alphabet. */
  public String token(int id) {
    return tokens.get(id);
  }

  /** A token's type. */
  public Type type(int id) {
    return TYPES[types[id] - 1];
  }

  /** The id of a token as the file writes it, or -1. */
  public int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /**
   * The id of a control or user-defined token that the program cannot do without.
   *
   * @throws OcelliException ({@code MODEL}) if the vocabulary has no such token
   */
  public int requireSpecial(String token) {
    int id = id(token);
    if (id < 0 || (type(id) != Type.CONTROL && type(id) != Type.USER_DEFINED)) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          origin
              + ": the vocabulary has no control token "
              + token
              + "; use a file of a Qwen3-VL model");
    }
    return id;
  }

  /** Ids that end a reply, ascending. */
  public int[] endIds() {
    return end.clone();
  }

  /** Whether an id ends a reply. */
  public boolean isEnd(int id) {
    return Arrays.binarySearch(end, id) >= 0;
  }

  /** The padding id, or -1. */
  public int pad() {
    return pad;
  }

  /** Whether a token is left out of shown text: control tokens, unknown and unused ones. */
  public boolean isHidden(int id) {
    Type type = type(id);
    return type != Type.NORMAL && type != Type.USER_DEFINED;
  }

  /** The bytes a token stands for; part of a character at times, none for unused rows. */
  public byte[] bytes(int id) {
    return Arrays.copyOfRange(text, offset[id], offset[id + 1]);
  }

  /** Appends a token's bytes to {@code target} from {@code at}; returns the end. */
  int copyBytes(int id, byte[] target, int at) {
    int length = offset[id + 1] - offset[id];
    System.arraycopy(text, offset[id], target, at, length);
    return at + length;
  }

  int byteLength(int id) {
    return offset[id + 1] - offset[id];
  }
}
