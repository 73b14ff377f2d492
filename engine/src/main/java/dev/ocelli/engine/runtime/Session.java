package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.chat.ReplyParser;
import dev.ocelli.engine.grammar.CompiledGrammar;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.sampling.Sampler;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One conversation: answers requests one after the other and keeps the keys and values of what it
 * has computed, so that the next turn computes only what is new.
 *
 * <p>A request carries the whole conversation. The longest part of its prompt that equals what the
 * session holds or what the engine's prefix cache knows, pictures included, is reused. Whatever
 * happens to a request (an error, a cancellation), the session stays usable and its next reply is
 * what a fresh session would give.
 *
 * <p>{@link #generate} is called by one thread at a time, {@link #cancel} by any.
 */
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final KvCache kv;
  private final SequenceLog log = new SequenceLog("");
  private final Arena arena = Arena.ofShared();
  private final Floats logits;
  private final Drafter drafter;

  /** Logits of a token and of a draft behind it; made when there is one. */
  private @Nullable Floats draftLogits;

  private volatile boolean cancelled;

  Session(Engine engine, KvCache kv, int vocabulary) {
    this.engine = engine;
    this.kv = kv;
    this.logits = Floats.allocate(arena, 1, vocabulary);
    this.drafter =
        new Drafter(engine.scheduler().costs(), engine.stops(), engine.options().draft());
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
    return generate(request, engine.prepare(request), listener);
  }

  /**
   * Answers a request that is planned already.
   *
   * <p>A {@link #cancel} that came since the last reply counts: whoever plans first may have been
   * told to stop in the meantime. {@link #resume} forgets it.
   *
   * @param request how tokens are chosen; messages and media are those of {@code prepared}
   * @throws OcelliException as {@link #generate(Request, ReplyListener)}
   */
  public Reply generate(Request request, Prepared prepared, ReplyListener listener) {
    return run(request, prepared, listener, null);
  }

  /**
   * Computes a prompt and pools its final states. The result depends on nothing but the prompt.
   *
   * <p>With {@link Pooling#MEAN} the whole prompt is computed, whatever caches know of it.
   *
   * @param request whose salt counts; messages and media are those of {@code prepared}
   * @throws OcelliException as {@link #generate(Request, ReplyListener)}
   */
  public Embedding embed(
      Request request, Prepared prepared, Pooling pooling, ReplyListener listener) {
    int rows = Math.min(prepared.prompt().ids().length, engine.scheduler().chunk());
    try (StatePool pool = new StatePool(pooling, rows, engine.files().config().text().hidden())) {
      Reply reply = run(request, prepared, listener, pool);
      boolean whole = reply.finish() != Finish.CANCELLED;
      return new Embedding(whole ? pool.values() : new float[0], reply);
    }
  }

  /**
   * Computes a prompt and the logits of its tokens from one on. They are what generating would have
   * seen, bit by bit, whatever the session holds already.
   *
   * @param request whose salt counts; messages and media are those of {@code prepared}
   * @param first index of the first token whose logits are wanted
   * @return a reply without tokens; {@link Finish#CANCELLED} when not all logits were given
   * @throws OcelliException as {@link #generate(Request, ReplyListener)}; RESOURCE when memory does
   *     not suffice for the logits
   */
  public Reply score(Request request, Prepared prepared, int first, PromptLogits target) {
    int length = prepared.prompt().ids().length;
    if (first < 0 || first >= length) {
      throw new IllegalArgumentException("token %d of a prompt of %d".formatted(first, length));
    }
    int rows = Math.min(length - first, engine.scheduler().chunk());
    engine.memory().requireLogits(rows);
    try (AdapterSet.Lease adapters = engine.adapters().hold(request.adapters());
        LogitStates states = new LogitStates(engine, adapters.adapters(), rows, first, target)) {
      return run(request, prepared, ReplyListener.NONE, states);
    }
  }

  private Reply run(
      Request request, Prepared prepared, ReplyListener listener, @Nullable PromptStates pool) {
    engine.requireRoom(prepared);
    try (AdapterSet.Lease adapters = engine.adapters().hold(request.adapters())) {
      return run(new Run(request, prepared, adapters.adapters(), listener, pool));
    }
  }

  private Reply run(Run run) {
    try {
      return run.run();
    } catch (CancelledException e) {
      return run.reply(Finish.CANCELLED);
    } catch (OcelliException e) {
      // Found in what the weights computed, by what knows no files.
      throw e.kind() == OcelliException.Kind.MODEL ? e.in(engine.files().language().origin()) : e;
    } finally {
      engine.scheduler().leave(this);
      run.publish();
    }
  }

  /** Forgets a {@link #cancel} that came when nothing ran. */
  public void resume() {
    cancelled = false;
  }

  /**
   * How many leading tokens of a prompt the session holds already. Not to be asked while it works.
   *
   * @param request whose salt and adapters count
   */
  public int reusable(Prepared prepared, Request request) {
    List<String> media = prepared.media().stream().map(PlannedMedia::key).toList();
    AdapterSet adapters = request.adapters();
    String root =
        engine
            .caches()
            .root(request.cacheSalt(), adapters == null ? engine.adapters().inForce() : adapters);
    return log.commonPrefix(SequenceLog.of(root, prepared.prompt(), media));
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
    private final AdapterSet adapters;
    private final ReplyListener listener;

    /** Takes up the prompt's final states, when they are wanted in the place of a reply. */
    private final @Nullable PromptStates states;

    private final Stopwatch watch = new Stopwatch();
    private final List<Reply.Token> tokens = new ArrayList<>();
    private final @Nullable CompiledGrammar constraint;
    private Transcript transcript;
    private final Reply.Origin[] origins;
    private int reused;

    /** Of the reused tokens, those that came from the prefix cache. */
    private int fromMemory;

    private int fromDisk;

    /** Whole blocks that others can find. */
    private int published;

    /** Tokens that were guessed and that came true. */
    private int drafted;

    private int accepted;

    /** When the first token was chosen, or 0. */
    private long generating;

    Run(
        Request request,
        Prepared prepared,
        AdapterSet adapters,
        ReplyListener listener,
        @Nullable PromptStates states) {
      this.request = request;
      this.prepared = prepared;
      this.adapters = adapters;
      this.listener = listener;
      this.states = states;
      this.constraint = engine.constraint(request, prepared);
      this.transcript = transcript(listener);
      this.origins = new Reply.Origin[prepared.media().size()];
      Arrays.fill(origins, Reply.Origin.COMPUTED);
    }

    private Transcript transcript(ReplyListener to) {
      return new Transcript(
          engine.tokenizer().stream(request.stop(), false),
          new ReplyParser(prepared.opensThinking(), request.toolRules().mayCall()),
          to);
    }

    Reply run() {
      long start = System.nanoTime();
      List<String> media = prepared.media().stream().map(PlannedMedia::key).toList();
      String root = engine.caches().root(request.cacheSalt(), adapters);
      SequenceLog wanted = SequenceLog.of(root, prepared.prompt(), media);
      reuse(wanted);
      watch.cache = Stopwatch.since(start);
      @Nullable VisionEmbedding[] embeddings = encodeMissing(media);
      start = System.nanoTime();
      computePrompt(wanted, embeddings);
      watch.prompt = Stopwatch.since(start);
      publish();
      if (states != null) {
        return reply(Finish.LENGTH);
      }
      generating = System.nanoTime();
      return reply(generate());
    }

    /**
     * Keeps what the session holds of the prompt, or takes more from the prefix cache. The last
     * token is always computed, as its logits are needed; all are where all states are.
     */
    private void reuse(SequenceLog wanted) {
      int own = log.commonPrefix(wanted);
      if (states != null && states.reusable() < wanted.length() - 1) {
        reused = Math.min(own, states.reusable());
        log.truncate(reused, wanted);
        return;
      }
      int first = own / KvLayout.BLOCK_TOKENS;
      int end = (wanted.length() - 1) / KvLayout.BLOCK_TOKENS;
      PrefixCache.Found found = engine.caches().prefix().find(wanted, first, end, () -> cancelled);
      log.truncate(own, wanted);
      reused = own;
      if (!found.blocks().isEmpty()) {
        kv.share(first, found.blocks());
        reused = (first + found.blocks().size()) * KvLayout.BLOCK_TOKENS;
        fromDisk = Math.min(reused - own, found.fromDisk() * KvLayout.BLOCK_TOKENS);
        fromMemory = reused - own - fromDisk;
        log.append(wanted, reused);
      }
    }

    /** Lets other sessions find what is computed. */
    void publish() {
      long start = System.nanoTime();
      engine.caches().prefix().publish(log, kv, published);
      published = log.blocks();
      watch.cache += Stopwatch.since(start);
    }

    /** Embeddings of the media that have rows behind the reused prefix; null for the others. */
    private @Nullable VisionEmbedding[] encodeMissing(List<String> mediaKeys) {
      @Nullable VisionEmbedding[] all = new @Nullable VisionEmbedding[origins.length];
      Arrays.fill(origins, Reply.Origin.PREFIX);
      List<Prompt.Visual> missing =
          prepared.prompt().visuals().stream()
              .filter(v -> v.start() + v.tokens() > reused)
              .toList();
      missing.forEach(v -> origins[v.media()] = Reply.Origin.COMPUTED);
      int[] wanted = missing.stream().mapToInt(Prompt.Visual::media).distinct().toArray();
      List<PlannedMedia> unknown = new ArrayList<>();
      for (int i : wanted) {
        PlannedMedia media = prepared.media().get(i);
        VisionCache.Found found = engine.encoder().find(media, key(mediaKeys, i), watch);
        if (found == null) {
          unknown.add(media);
        } else {
          all[i] = found.embedding();
          origins[i] = found.origin();
        }
      }
      listener.encoding(unknown);
      for (int i : wanted) {
        if (all[i] == null) {
          PlannedMedia media = prepared.media().get(i);
          VisionCache.Found found =
              engine
                  .encoder()
                  .encode(media, key(mediaKeys, i), watch, listener, Session.this::checkCancelled);
          all[i] = found.embedding();
          origins[i] = found.origin();
        }
      }
      return all;
    }

    private String key(List<String> mediaKeys, int media) {
      return engine.caches().pictureKey(request.cacheSalt(), mediaKeys.get(media));
    }

    /** Computes the rest of the prompt piece by piece, and the logits of its last token. */
    private void computePrompt(SequenceLog wanted, @Nullable VisionEmbedding[] embeddings) {
      int n = wanted.length();
      kv.reserve(log.length(), n);
      while (log.length() < n) {
        checkCancelled();
        int from = log.length();
        listener.progress(ReplyListener.Phase.PROMPT, from - reused, n - reused);
        int done = compute(n - from, true, count -> promptRows(from, from + count, embeddings));
        log.append(wanted, from + done);
        if (states != null) {
          states.add(from, from + done, from + done == n);
        }
      }
      listener.progress(ReplyListener.Phase.PROMPT, n - reused, n - reused);
    }

    /** Rows of the prompt; logits of its last token, or the states that are wanted. */
    private TextRows promptRows(int from, int to, @Nullable VisionEmbedding[] embeddings) {
      boolean last = to == prepared.prompt().ids().length;
      return states == null
          ? prepared.rows(from, to, embeddings, kv, last ? logits : null)
          : prepared.rows(from, to, embeddings, kv, null).withStates(states.place(from, to, last));
    }

    private int compute(int count, boolean divisible, IntFunction<TextRows> rows) {
      IntFunction<TextRows> adapted = n -> rows.apply(n).with(adapters);
      return engine
          .scheduler()
          .compute(Session.this, new Scheduler.Wanted(count, divisible, adapted, () -> cancelled));
    }

    /**
     * Chooses tokens until the reply ends. Penalties look at generated tokens alone, as in
     * llama-mtmd-cli and vLLM.
     *
     * <p>A step may have computed guesses behind the last token. The sampler goes through the
     * logits in order, as it would without them, and the next row counts only if the guess before
     * it is what the sampler chose: tokens and log-probabilities are the same as without guesses.
     */
    private Finish generate() {
      Sampler sampler =
          new Sampler(request.sampling(), logits.columns(), engine.stops(), engine::tokenBytes);
      TokenChooser chooser =
          new TokenChooser(
              sampler,
              constraint == null ? null : constraint.matcher(),
              new ReasoningBudget(
                  engine.tokenizer(),
                  prepared.opensThinking(),
                  request.control().reasoningBudget()));
      // Who asks for more than the model has to say asks for repetitions.
      LoopGuard guard =
          request.control().loopGuard() && !request.sampling().ignoreEos() ? new LoopGuard() : null;
      drafter.begin(prepared.prompt(), textsOfPictures());
      Floats rows = logits;
      int[] draft = {};
      int row = 0;
      while (true) {
        checkCancelled();
        if (request.maxTokens() >= 0 && tokens.size() >= request.maxTokens()) {
          return finish(Finish.LENGTH);
        }
        MemorySegment scores = rows.slice(row, row + 1).segment();
        int id = chooser.choose(scores);
        boolean guessed = row < draft.length && draft[row] == id;
        accepted += guessed ? 1 : 0;
        if (engine.stops().contains(id)) {
          return finish(Finish.STOP);
        }
        sampled(sampler, scores, id);
        chooser.accept(id);
        if (transcript.stoppedBy() != null || chooser.complete()) {
          return finish(Finish.STOP);
        }
        if (guard != null && guard.accept(id, tokens.getLast().text())) {
          finish(Finish.REPETITION);
          keep(guard.keep());
          return Finish.REPETITION;
        }
        if (log.length() >= engine.contextLength()) {
          return finish(Finish.CONTEXT);
        }
        if (request.maxTokens() >= 0 && tokens.size() >= request.maxTokens()) {
          return finish(Finish.LENGTH);
        }
        if (guessed) {
          row++;
        } else {
          draft = drafter.draft(roomForDraft(), otherRows(draft.length + 1));
          chooser.prepare();
          rows = step(id, draft);
          row = 0;
        }
        log.append(id);
      }
    }

    /** What pictures are said to show, as tokens: a transcription repeats it. */
    private List<int[]> textsOfPictures() {
      List<int[]> texts = new ArrayList<>();
      int left = drafter.drafts() ? Drafter.MOST_TEXT : 0;
      for (PlannedMedia media : prepared.media()) {
        String text = left > 0 && media instanceof PlannedMedia.Picture p ? p.picture().text() : "";
        if (!text.isEmpty()) {
          String known = text.substring(0, Math.min(text.length(), left));
          left -= known.length();
          texts.add(engine.tokenizer().encode(known, new int[] {0, known.length()}));
        }
      }
      return texts;
    }

    private void sampled(Sampler sampler, MemorySegment scores, int id) {
      TokenLogprobs logprobs =
          request.topLogprobs() < 0 ? null : sampler.logprobs(scores, id, request.topLogprobs());
      drafter.accept(id);
      Reply.Token token = new Reply.Token(id, engine.tokenizer().piece(id), logprobs);
      tokens.add(token);
      listener.token(token);
      transcript.accept(id);
    }

    /** Makes the reply's text that of its first tokens. */
    private void keep(int count) {
      Transcript kept = transcript(ReplyListener.NONE);
      for (Reply.Token token : tokens.subList(0, count)) {
        kept.accept(token.id());
      }
      kept.finish();
      transcript = kept;
    }

    /** Guesses beyond the context or the wanted length would be in vain. */
    private int roomForDraft() {
      int context = engine.contextLength() - log.length() - 1;
      int wanted = request.maxTokens() - tokens.size() - 1;
      return request.maxTokens() >= 0 ? Math.min(context, wanted) : context;
    }

    /** Rows of other sessions that will be in the next step if they go on as in the last. */
    private int otherRows(int mine) {
      return Math.max(0, engine.scheduler().replyRows() - mine);
    }

    /** Computes a token and guesses behind it; a row of logits for each. */
    private Floats step(int id, int[] draft) {
      int[] ids = new int[1 + draft.length];
      ids[0] = id;
      System.arraycopy(draft, 0, ids, 1, draft.length);
      drafted += draft.length;
      Floats out = draft.length == 0 ? logits : draftLogits().slice(0, ids.length);
      int index = log.length();
      int delta = prepared.positions().delta();
      // Keys and values of guesses that do not come true are overwritten by what comes in their
      // place; the log never has them.
      kv.reserve(index, index + ids.length);
      compute(ids.length, false, count -> TextRows.text(ids, index, delta, kv, out));
      return out;
    }

    private Floats draftLogits() {
      Floats out = draftLogits;
      if (out == null) {
        int most = Math.max(Drafter.MOST, engine.options().draft());
        out = Floats.allocate(arena, 1 + most, logits.columns());
        draftLogits = out;
      }
      return out;
    }

    private Finish finish(Finish finish) {
      transcript.finish();
      return finish;
    }

    Reply reply(Finish finish) {
      if (generating != 0) {
        watch.generate = Stopwatch.since(generating);
      }
      List<Reply.MediaUse> uses = new ArrayList<>();
      for (int i = 0; i < origins.length; i++) {
        uses.add(prepared.media().get(i).use(origins[i]));
      }
      return new Reply(
          transcript.answer(),
          transcript.reasoning(),
          transcript.calls(),
          finish,
          transcript.stoppedBy(),
          prepared.prompt().ids().length,
          new Reply.Reused(reused - fromMemory - fromDisk, fromMemory, fromDisk),
          List.copyOf(tokens),
          uses,
          new Reply.Drafts(drafted, accepted),
          watch.timings());
    }
  }
}
