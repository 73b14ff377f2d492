package dev.ocelli.server.work;

import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.runtime.Embedding;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.runtime.Pooling;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes replies, one after the other. Keeps its session, so that the next turn of a conversation
 * computes only what is new.
 */
final class Slot {
  private final int id;
  private final Engine engine;
  private final String model;
  private final Metrics metrics;
  private @Nullable Session session;
  private long lastUse;
  private volatile @Nullable Job job;
  private volatile int generated;

  Slot(int id, Engine engine, String model, Metrics metrics) {
    this.id = id;
    this.engine = engine;
    this.model = model;
    this.metrics = metrics;
  }

  int id() {
    return id;
  }

  /** When it was last used; for choosing among idle slots. */
  long lastUse() {
    return lastUse;
  }

  /** What it works on, or null. */
  @Nullable Job job() {
    return job;
  }

  /** Tokens of the reply so far. */
  int generated() {
    return generated;
  }

  /** Tokens whose keys and values it holds. Asked while it is idle. */
  int held() {
    Session s = session;
    return s == null ? 0 : s.length();
  }

  /** How many of a prompt's first tokens it holds. Asked while it is idle. */
  int reusable(Prepared prompt, Request request) {
    Session s = session;
    return s == null ? 0 : s.reusable(prompt, request);
  }

  /**
   * Does a job; nothing that goes wrong leaves this method.
   *
   * @return the job's last events, which are to be told when the slot is idle again: whoever has
   *     them may come with the next turn at once
   */
  List<JobEvent> run(Job work) {
    job = work;
    lastUse = System.nanoTime();
    List<JobEvent> last = new ArrayList<>();
    try {
      Session s = session();
      if (work.begin(s)) {
        replies(work, s, last);
      }
      last.add(new JobEvent.Ended());
    } catch (Throwable e) {
      last.add(new JobEvent.Failed(e));
    } finally {
      work.end();
      generated = 0;
      lastUse = System.nanoTime();
      job = null;
    }
    return last;
  }

  private Session session() {
    Session s = session;
    if (s == null) {
      s = engine.newSession();
      session = s;
    }
    return s;
  }

  /** Makes the replies; that the last one is finished stays in {@code untold}. */
  private void replies(Job work, Session s, List<JobEvent> untold) {
    double queued = work.ageMillis();
    metrics.started(queued);
    for (int i = 0; i < work.choices().size() && !work.cancelled(); i++) {
      untold.forEach(work::tell);
      untold.clear();
      Planned choice = work.choices().get(i);
      generated = 0;
      Listener listener = new Listener(work, i);
      // What one tenant's requests have computed is not reused for another's.
      Request request = work.salted(choice);
      Pooling pooling = choice.pooling();
      Embedding embedding =
          pooling == null ? null : s.embed(request, choice.prepared(), pooling, listener);
      Reply reply =
          embedding == null ? s.generate(request, choice.prepared(), listener) : embedding.reply();
      listener.flush();
      Outcome outcome =
          new Outcome(
              reply,
              i == 0 ? queued : 0,
              listener.decodeMillis,
              listener.reasoningTokens,
              id,
              choice.dropped(),
              embedding);
      metrics.finished(model, outcome);
      work.caller().meter().tokens(reply.promptTokens() + reply.tokens().size());
      untold.add(new JobEvent.Finished(i, outcome));
    }
  }

  /** Gives back the memory of the session. */
  void close() {
    Session s = session;
    session = null;
    if (s != null) {
      s.close();
    }
  }

  /** Passes on what a session reports. */
  private final class Listener implements ReplyListener {
    private final Job work;
    private final int choice;
    private final List<Reply.Token> pending = new ArrayList<>();
    private double decodeMillis;
    private int reasoningTokens;

    Listener(Job work, int choice) {
      this.work = work;
      this.choice = choice;
    }

    @Override
    public void encoding(List<PlannedMedia> media) {
      decodeMillis = EarlyDecoding.decode(media, work::cancelled);
      work.tell(new JobEvent.Decoded(choice));
    }

    @Override
    public void progress(Phase phase, int done, int total) {
      work.tell(new JobEvent.Progress(choice, phase, done, total));
    }

    @Override
    public void token(Reply.Token token) {
      generated++;
      pending.add(token);
    }

    @Override
    public void text(String piece, boolean reasoning) {
      List<Reply.Token> tokens = take();
      reasoningTokens += reasoning ? tokens.size() : 0;
      work.tell(new JobEvent.Text(choice, piece, reasoning, tokens));
    }

    @Override
    public void call(ReplyPiece.Call piece) {
      work.tell(new JobEvent.Call(choice, piece, take()));
    }

    /** Tokens that had no text of their own. */
    void flush() {
      if (!pending.isEmpty()) {
        work.tell(new JobEvent.Text(choice, "", false, take()));
      }
    }

    private List<Reply.Token> take() {
      List<Reply.Token> tokens = List.copyOf(pending);
      pending.clear();
      return tokens;
    }
  }
}
