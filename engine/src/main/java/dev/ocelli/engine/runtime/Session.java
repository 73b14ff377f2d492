package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.chat.ReplyParser;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.sampling.Sampler;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tokenizer.TokenStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One conversation: answers requests one after the other and keeps the keys and values of what it
 * has computed, so that the next turn computes only what is new.
 *
 * <p>A request carries the whole conversation. The longest part of its prompt that equals what the
 * session holds, pictures included, is reused. Whatever happens to a request (an error, a
 * cancellation), the session stays usable and its next reply is what a fresh session would give.
 *
 * <p>{@link #generate} is called by one thread at a time, {@link #cancel} by any.
 */
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final KvCache kv;
  private final SequenceLog log = new SequenceLog();
  private final Arena arena = Arena.ofShared();
  private final Floats logits;
  private volatile boolean cancelled;

  Session(Engine engine, KvCache kv, int vocabulary) {
    this.engine = engine;
    this.kv = kv;
    this.logits = Floats.allocate(arena, 1, vocabulary);
  }

  /**
   * Stops the running request at the next checkpoint; it ends with {@link Finish#CANCELLED}.
   * Without a running request this does nothing.
   */
  public void cancel() {
    cancelled = true;
  }

  /** Tokens whose keys and values are held. */
  public int length() {
    return log.length();
  }

  /** Bytes of keys and values held. */
  public long cacheBytes() {
    return kv.bytes();
  }

  /**
   * Answers a request.
   *
   * @throws OcelliException when the request cannot be answered: INPUT for media, CONTEXT when it
   *     does not fit, and so on
   */
  public Reply generate(Request request, ReplyListener listener) {
    cancelled = false;
    Prepared prepared = engine.prepare(request);
    Prompt prompt = prepared.prompt();
    int context = engine.contextLength();
    if (prompt.ids().length >= context) {
      throw new OcelliException(
          OcelliException.Kind.CONTEXT,
          "the prompt has %d tokens (%d of them from pictures and clips), but the context holds %d and the reply needs room, too; use a larger --ctx-size, fewer or smaller pictures (--image-max-tokens) or a shorter prompt"
              .formatted(prompt.ids().length, visualTokens(prompt), context));
    }
    Run run = new Run(request, prepared, listener);
    try {
      return run.run();
    } catch (CancelledException e) {
      return run.reply(Finish.CANCELLED);
    } finally {
      engine.scheduler().leave(this);
    }
  }

  private static int visualTokens(Prompt prompt) {
    int n = 0;
    for (Prompt.Visual v : prompt.visuals()) {
      n += v.tokens();
    }
    return n;
  }

  private void checkCancelled() {
    if (cancelled) {
      throw new CancelledException();
    }
  }

  @Override
  public void close() {
    kv.close();
    arena.close();
  }

  /** The state of one request. */
  private final class Run {
    private final Request request;
    private final Prepared prepared;
    private final ReplyListener listener;
    private final Stopwatch watch = new Stopwatch();
    private final List<Reply.Token> tokens = new ArrayList<>();
    private final TokenStream stream;
    private final ReplyParser parser;
    private final StringBuilder answer = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final boolean[] encoded;
    private int reused;

    /** When the first token was chosen, or 0. */
    private long generating;

    Run(Request request, Prepared prepared, ReplyListener listener) {
      this.request = request;
      this.prepared = prepared;
      this.listener = listener;
      this.stream = engine.tokenizer().stream(request.stop(), false);
      this.parser = new ReplyParser(prepared.opensThinking());
      this.encoded = new boolean[prepared.media().size()];
    }

    Reply run() {
      Prompt prompt = prepared.prompt();
      reused = log.commonPrefix(prompt, prepared.media());
      log.truncate(reused);
      @Nullable VisionEmbedding[] embeddings = encodeMissing();
      long start = System.nanoTime();
      computePrompt(embeddings);
      watch.prompt = Stopwatch.since(start);
      generating = System.nanoTime();
      return reply(generate());
    }

    /** Embeddings of the media that have rows behind the reused prefix; null for the others. */
    private @Nullable VisionEmbedding[] encodeMissing() {
      @Nullable VisionEmbedding[] all = new @Nullable VisionEmbedding[prepared.media().size()];
      for (Prompt.Visual v : prepared.prompt().visuals()) {
        if (v.start() + v.tokens() > reused && all[v.media()] == null) {
          PlannedMedia media = prepared.media().get(v.media());
          Encoder.Result result =
              engine.encoder().encode(media, watch, listener, Session.this::checkCancelled);
          all[v.media()] = result.embedding();
          encoded[v.media()] = !result.cached();
        }
      }
      return all;
    }

    /** Computes the rest of the prompt piece by piece, and the logits of its last token. */
    private void computePrompt(@Nullable VisionEmbedding[] embeddings) {
      Prompt prompt = prepared.prompt();
      int n = prompt.ids().length;
      kv.reserve(n);
      while (log.length() < n) {
        checkCancelled();
        int from = log.length();
        listener.progress(ReplyListener.Phase.PROMPT, from - reused, n - reused);
        int done =
            compute(
                n - from,
                true,
                count ->
                    prepared.rows(
                        from, from + count, embeddings, kv, from + count == n ? logits : null));
        log.append(prompt, prepared.media(), from, from + done);
      }
      listener.progress(ReplyListener.Phase.PROMPT, n - reused, n - reused);
    }

    private int compute(int count, boolean divisible, IntFunction<TextRows> rows) {
      return engine
          .scheduler()
          .compute(Session.this, new Scheduler.Wanted(count, divisible, rows, () -> cancelled));
    }

    /**
     * Chooses tokens until the reply ends. Penalties look at generated tokens alone, as in
     * llama-mtmd-cli and vLLM.
     */
    private Finish generate() {
      Sampler sampler =
          new Sampler(request.sampling(), logits.columns(), engine.stops(), engine::tokenBytes);
      int delta = prepared.positions().delta();
      while (true) {
        checkCancelled();
        if (request.maxTokens() > 0 && tokens.size() >= request.maxTokens()) {
          return finish(Finish.LENGTH);
        }
        int id = sampler.sample(logits.segment());
        if (engine.stops().contains(id)) {
          return finish(Finish.STOP);
        }
        TokenLogprobs logprobs =
            request.topLogprobs() < 0
                ? null
                : sampler.logprobs(logits.segment(), id, request.topLogprobs());
        sampler.accept(id);
        Reply.Token token = new Reply.Token(id, engine.tokenizer().piece(id), logprobs);
        tokens.add(token);
        listener.token(token);
        show(stream.accept(id));
        if (stream.stoppedBy() != null) {
          return finish(Finish.STOP);
        }
        if (log.length() >= engine.contextLength()) {
          return finish(Finish.CONTEXT);
        }
        if (request.maxTokens() > 0 && tokens.size() >= request.maxTokens()) {
          return finish(Finish.LENGTH);
        }
        int index = log.length();
        kv.reserve(index + 1);
        compute(1, false, count -> TextRows.text(new int[] {id}, index, delta, kv, logits));
        log.append(id);
      }
    }

    private Finish finish(Finish finish) {
      show(stream.flush());
      emit(parser.finish());
      return finish;
    }

    private void show(String piece) {
      if (!piece.isEmpty()) {
        emit(parser.accept(piece));
      }
    }

    private void emit(ReplyParser.Pieces pieces) {
      if (!pieces.reasoning().isEmpty()) {
        reasoning.append(pieces.reasoning());
        listener.text(pieces.reasoning(), true);
      }
      if (!pieces.answer().isEmpty()) {
        answer.append(pieces.answer());
        listener.text(pieces.answer(), false);
      }
    }

    Reply reply(Finish finish) {
      if (generating != 0) {
        watch.generate = Stopwatch.since(generating);
      }
      List<Reply.MediaUse> uses = new ArrayList<>();
      for (int i = 0; i < encoded.length; i++) {
        uses.add(prepared.media().get(i).use(!encoded[i]));
      }
      return new Reply(
          answer.toString(),
          reasoning.isEmpty() ? null : reasoning.toString(),
          finish,
          prepared.prompt().ids().length,
          reused,
          List.copyOf(tokens),
          uses,
          watch.timings());
    }
  }
}
