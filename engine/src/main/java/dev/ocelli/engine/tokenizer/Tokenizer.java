package dev.ocelli.engine.tokenizer;

import dev.ocelli.engine.OcelliException;
import java.util.List;

/**
 * Text to token ids and back, exactly as the Hugging Face tokenizer of the Qwen family does
 * (QWEN3VL.md 6.2): control and user-defined tokens are split off, the rest is normalized to NFC,
 * split into pieces and merged.
 *
 * <p>Python cannot tokenize lone surrogates at all; here each becomes U+FFFD first. Immutable and
 * safe for use by several threads.
 */
public final class Tokenizer {
  /** Longest text taken, in UTF-16 units: far more than any context holds. */
  public static final int MAX_LENGTH = 1 << 26;

  private static final int[] NOTHING_LITERAL = {};

  private final Vocabulary vocabulary;
  private final AddedTokens added;
  private final Bpe bpe;

  private Tokenizer(Vocabulary vocabulary, Bpe bpe) {
    this.vocabulary = vocabulary;
    this.added = new AddedTokens(vocabulary);
    this.bpe = bpe;
  }

  /**
   * Builds the tokenizer that a model file describes.
   *
   * @throws OcelliException ({@code MODEL}) if the file asks for something not supported or its
   *     tables contradict each other; names the file, the field and the value
   */
  public static Tokenizer of(TokenizerData data) {
    supported(data, "tokenizer.ggml.model", data.model(), "gpt2");
    supported(data, "tokenizer.ggml.pre", data.pre(), "qwen2");
    if (data.special().addBos()) {
      throw unsupported(data, "tokenizer.ggml.add_bos_token", "true", "false");
    }
    Vocabulary vocabulary = new Vocabulary(data);
    return new Tokenizer(vocabulary, new Bpe(vocabulary, data.merges()));
  }

  private static void supported(TokenizerData data, String field, String value, String known) {
    if (!value.equals(known)) {
      throw unsupported(data, field, "\"" + value + "\"", "\"" + known + "\"");
    }
  }

  private static OcelliException unsupported(
      TokenizerData data, String field, String value, String known) {
    return new OcelliException(
        OcelliException.Kind.MODEL,
        data.origin()
            + ": "
            + field
            + " is "
            + value
            + ", but only "
            + known
            + " is supported; use a file of the Qwen3-VL family");
  }

  /** The tokens. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Ids of text in which every control and user-defined token is recognised. */
  public int[] encode(String text) {
    return encode(text, NOTHING_LITERAL);
  }

  /** Ids of plain text: what looks like a control token stays text. */
  public int[] encodeText(String text) {
    Ids ids = new Ids();
    checkLength(text);
    ordinary(text, 0, text.length(), new Bpe.Scratch(), ids);
    return ids.toArray();
  }

  /**
   * Ids of text some of which is literal: a control or user-defined token is recognised only where
   * none of its characters is literal. Literal and other text merge into common tokens, as they
   * would if nothing were literal.
   *
   * @param literal bounds of the literal ranges in UTF-16 units, ascending: start, end, start, ...
   * @throws OcelliException ({@code INPUT}) if the text is longer than {@link #MAX_LENGTH}
   */
  public int[] encode(String text, int[] literal) {
    checkLength(text);
    AddedTokens.check(text, literal);
    Ids ids = new Ids();
    Bpe.Scratch scratch = new Bpe.Scratch();
    int from = 0;
    for (AddedTokens.Match match : added.find(text, literal)) {
      ordinary(text, from, match.start(), scratch, ids);
      ids.add(match.id());
      from = match.end();
    }
    ordinary(text, from, text.length(), scratch, ids);
    return ids.toArray();
  }

  private static void checkLength(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the prompt has "
              + text.length()
              + " characters; at most "
              + MAX_LENGTH
              + " are taken, shorten it");
    }
  }

  private void ordinary(String text, int start, int end, Bpe.Scratch scratch, Ids out) {
    if (start == end) {
      return;
    }
    String normal = Nfc.normalize(withoutLoneSurrogates(text.substring(start, end)));
    int i = 0;
    while (i < normal.length()) {
      int pieceEnd = PreTokenizer.pieceEnd(normal, i);
      bpe.encode(normal, i, pieceEnd, scratch, out);
      i = pieceEnd;
    }
  }

  private static String withoutLoneSurrogates(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      mended = mended == null ? new StringBuilder(text) : mended;
      mended.setCharAt(i, '\uFFFD');
    }
    return mended == null ? text : mended.toString();
  }

  /**
   * The text of ids; bytes that are not UTF-8 become U+FFFD as in Python's {@code
   * errors="replace"}.
   *
   * @param showSpecial whether control tokens are written out; unused rows never have a text
   */
  public String decode(int[] ids, boolean showSpecial) {
    StringBuilder out = new StringBuilder();
    Utf8Decoder decoder = new Utf8Decoder();
    for (int id : ids) {
      if (showSpecial || !vocabulary.isHidden(id)) {
        decoder.accept(vocabulary.bytes(id), out);
      }
    }
    decoder.finish(out);
    return out.toString();
  }

  /** The text of one token alone, control tokens written out; see {@link #decode}. */
  public String piece(int id) {
    return decode(new int[] {id}, true);
  }

  /**
   * A decoder for the ids of one reply.
   *
   * @param stops texts that end the reply, none of them empty
   * @param showSpecial whether control tokens are shown
   */
  public TokenStream stream(List<String> stops, boolean showSpecial) {
    return new TokenStream(vocabulary, stops, showSpecial);
  }
}
