package dev.ocelli.cli.model;

import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.engine.quality.Perplexity;
import dev.ocelli.engine.runtime.LoadReport;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Roofline;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model in memory, as far as commands need it; tests put another in its place. */
public interface LoadedModel extends AutoCloseable {

  /** Makes a model out of what the flags say. */
  interface Opener {
    /**
     * Loads a model.
     *
     * @param flags which and how
     * @param vision whether pictures or clips will be looked at
     * @param progress told what is being loaded
     */
    LoadedModel open(ModelFlags flags, boolean vision, Progress progress);
  }

  /** Answers requests one after the other and keeps what it has computed of their prompts. */
  interface Conversation extends AutoCloseable {
    /** Answers a request. */
    Reply generate(Request request, ReplyListener listener);

    @Override
    void close();
  }

  /**
   * What reports of measurements say about a model.
   *
   * @param file the language model's file or folder
   * @param type architecture, size and the type of most weights
   * @param bytes of the language model's weights in its files
   * @param parameters of the language model
   * @param mix the file's mix of types: {@code Q4_K_M}
   * @param bytesPerToken of them, bytes that a token's computation reads; 0 where that is unknown
   * @param mixture whether tokens choose experts, so that two tokens read more than one
   * @param threads that compute
   * @param level instruction-set level of the kernels
   */
  record Card(
      String file,
      String type,
      long bytes,
      long parameters,
      String mix,
      long bytesPerToken,
      boolean mixture,
      int threads,
      String level) {
    /** Bits of the language model's files for each of its weights. */
    public double bitsPerWeight() {
      return 8.0 * bytes / parameters;
    }
  }

  /** The model's name for reports. */
  String name();

  /** Tokens that a prompt and its reply may have together. */
  int contextLength();

  /** Facts for people who ask for them, one a line. */
  List<String> facts();

  /** Situations that are correct but slow or unusual, each with its remedy. */
  List<String> notes();

  /**
   * What keeps the cache's folder from being used, so far. Waits until what was computed is
   * written.
   */
  default List<String> cacheNotes() {
    return List.of();
  }

  /** Milliseconds that loading took. */
  double loadMillis();

  /** What loading the weights took; null for a model without. */
  default @Nullable LoadReport loadReport() {
    return null;
  }

  /** What the model's own files say about sampling. */
  SamplingResolver.Layer fileSampling();

  /** Settings that neither flags nor files give. */
  Presets.Preset baseSampling();

  /** The text of a token. */
  String piece(int id);

  /** The bytes of a token, which may be a part of a character. */
  default byte[] bytes(int id) {
    return piece(id).getBytes(StandardCharsets.UTF_8);
  }

  /** What will become of the pictures and clips of a request; nothing is decoded. */
  List<Reply.MediaUse> plan(Request request);

  /** Tokens of a request's prompt, those of its pictures and clips included. */
  int promptTokens(Request request);

  /**
   * The record of a reply, as JSON on lines.
   *
   * @param pictures whether it holds the files of pictures
   */
  String record(Request request, Reply reply, boolean pictures);

  /** What reports of measurements say about the model. */
  Card card();

  /**
   * How well it predicts a text, in windows of 512 tokens. Fewer windows than asked for when it is
   * cancelled.
   *
   * @param words the text
   * @param origin where it is from, for errors
   * @param windows to read at most
   */
  Perplexity perplexity(String words, Path origin, int windows);

  /** What requests amount to, and what this machine can do at most. */
  Roofline roofline();

  /** Begins a conversation; several may run at once, each on a thread of its own. */
  Conversation converse();

  /** Answers a request in a conversation of its own. */
  default Reply generate(Request request, ReplyListener listener) {
    try (Conversation conversation = converse()) {
      return conversation.generate(request, listener);
    }
  }

  /** Stops all running requests soon. */
  void cancel();

  @Override
  void close();
}
