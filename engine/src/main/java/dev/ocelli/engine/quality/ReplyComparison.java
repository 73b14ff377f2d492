package dev.ocelli.engine.quality;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.cache.Hasher;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.quality.Agreement.Difference;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.PromptLogits;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the replies of two models, one after the other, so that one of them is in memory at a
 * time: what the first one says goes to a temporary file. Requests should be greedy.
 */
public final class ReplyComparison implements AutoCloseable {
  private final FloatFile file;
  private final List<Kept> kept = new ArrayList<>();
  private @Nullable Tokens tokens;

  /** What tells vocabularies apart. */
  private record Tokens(String origin, int size, String hash) {
    static Tokens of(Engine engine) {
      Vocabulary v = engine.tokenizer().vocabulary();
      Hasher hasher = Hasher.of("vocabulary");
      for (int id = 0; id < v.size(); id++) {
        hasher.text(v.token(id));
      }
      return new Tokens(
          engine.files().language().origin(),
          engine.files().config().text().vocabulary(),
          hasher.hex());
    }
  }

  /**
   * What the first model said.
   *
   * @param prompt its tokens
   * @param reply its tokens
   * @param positions that were rated
   * @param at where the logits of the first of them are
   */
  @SuppressWarnings("ArrayRecordComponent") // compared where they are compared
  private record Kept(
      int[] prompt,
      int[] reply,
      int positions,
      long at,
      String text,
      List<CosineMeter.Picture> pictures) {}

  /**
   * Begins.
   *
   * @param folder for the temporary file
   * @throws OcelliException (RESOURCE) when it cannot be written
   */
  public ReplyComparison(Path folder) {
    this.file = new FloatFile(folder);
  }

  /**
   * Checks before any work is done that the disk has room for the first model's predictions.
   *
   * @param questions that will be asked
   * @param tokens of a reply at most
   * @throws OcelliException (RESOURCE) when it has not
   */
  public void requireRoom(Engine first, int questions, int tokens) {
    long vocabulary = first.files().config().text().vocabulary();
    file.requireRoom(4 * vocabulary * questions * (tokens + 1L));
  }

  /** The same for one question and what is made of its pictures. */
  private void requireRoom(Engine first, Prepared prepared, int tokens) {
    Qwen3VlConfig config = first.files().config();
    Qwen3VlConfig.Vision vision = config.vision();
    int visual = prepared.media().stream().mapToInt(PlannedMedia::tokens).sum();
    long pictures =
        vision == null
            ? 0
            : VisionEmbedding.bytes(
                visual, config.text().hidden(), vision.deepstackBlocks().length);
    file.requireRoom(4L * config.text().vocabulary() * (tokens + 1) + pictures);
  }

  /**
   * Has the first model reply to the next question.
   *
   * @return whether it did; not when the session was cancelled
   */
  public boolean ask(Engine first, Session session, Request request) {
    if (tokens == null) {
      tokens = Tokens.of(first);
    }
    Prepared prepared = first.prepare(request);
    requireRoom(first, prepared, request.maxTokens());
    List<CosineMeter.Picture> pictures = new ArrayList<>();
    for (PlannedMedia m : prepared.media()) {
      pictures.add(new CosineMeter.Picture(first.encode(m), file));
    }
    Reply reply = session.generate(request, prepared, ReplyListener.NONE);
    int[] ids = reply.tokens().stream().mapToInt(Reply.Token::id).toArray();
    int length = prepared.prompt().ids().length;
    // That a reply ends is a choice as any other, and has a position of its own.
    int positions = ids.length + (reply.finish() == Reply.Finish.STOP ? 1 : 0);
    positions = Math.min(positions, first.contextLength() - length);
    if (reply.finish() == Reply.Finish.CANCELLED || positions == 0) {
      return false;
    }
    long at = file.end();
    Keeper keeper = new Keeper(first.files().config().text().vocabulary());
    if (!RowScorer.score(
        session, request, prepared.followedBy(led(ids, positions)), length - 1, keeper)) {
      return false;
    }
    String text = first.tokenizer().decode(ids, true);
    kept.add(new Kept(prepared.prompt().ids(), ids, positions, at, text, pictures));
    return true;
  }

  /** The tokens that lead to all positions. */
  private static int[] led(int[] reply, int positions) {
    return Arrays.copyOf(reply, positions - 1);
  }

  /** Puts logits into the file. */
  private final class Keeper implements RowScorer.Rows {
    private final float[][] block;
    private int begin;

    Keeper(int vocabulary) {
      block = new float[PromptLogits.ROWS][vocabulary];
    }

    @Override
    public void begin(int from, int count) {
      begin = from;
    }

    @Override
    public void row(int row, float[] logits) {
      System.arraycopy(logits, 0, block[row - begin], 0, logits.length);
    }

    @Override
    public void end(int from, int count) {
      for (int i = 0; i < count; i++) {
        file.append(block[i]);
      }
    }
  }

  /** Questions that the first model has replied to. */
  public int asked() {
    return kept.size();
  }

  /**
   * Refuses a second model whose tokens are not those of the first.
   *
   * @throws OcelliException (USAGE) when the vocabularies differ
   */
  public void requireSameTokens(Engine second) {
    Tokens other = Tokens.of(second);
    Tokens own = tokens;
    if (own != null && (own.size != other.size || !own.hash.equals(other.hash))) {
      throw new OcelliException(
          Kind.USAGE,
          "%s and %s have different tokenizers (%d and %d tokens), so that their predictions cannot be compared; name two files of the same model"
              .formatted(own.origin, other.origin, own.size, other.size));
    }
  }

  /**
   * Has the second model rate a reply of the first.
   *
   * @param index of the question, in the order of {@link #ask}
   * @param request the same as then
   * @param name of the question
   * @return null when the session was cancelled
   */
  public @Nullable Agreement compare(
      Engine second, Session session, int index, Request request, String name) {
    Kept own = kept.get(index);
    Prepared prepared = second.prepare(request);
    CosineMeter cosines = new CosineMeter();
    for (int i = 0; i < own.pictures.size(); i++) {
      cosines.add(own.pictures.get(i), second.encode(prepared.media().get(i)), file);
    }
    Rater rater = new Rater(own, second.files().config().text().vocabulary());
    int last = prepared.prompt().ids().length - 1;
    Prepared led = prepared.followedBy(led(own.reply, own.positions));
    if (!RowScorer.score(session, request, led, last, rater)) {
      return null;
    }
    Difference difference = null;
    int parts = rater.parts();
    if (parts >= 0) {
      Reply reply = session.generate(request, prepared, ReplyListener.NONE);
      if (reply.finish() == Reply.Finish.CANCELLED) {
        return null;
      }
      difference =
          new Difference(
              parts,
              second.tokenizer().piece(rater.tops[parts][0]),
              second.tokenizer().piece(rater.tops[parts][1]),
              second
                  .tokenizer()
                  .decode(reply.tokens().stream().mapToInt(Reply.Token::id).toArray(), true));
    }
    return new Agreement(
        name,
        own.positions,
        rater.same(),
        Arrays.stream(rater.klds).average().orElse(0),
        Arrays.stream(rater.klds).max().orElse(0),
        own.text,
        difference,
        cosines.likeness(),
        Arrays.equals(own.prompt, prepared.prompt().ids()));
  }

  /** Compares logits with those in the file. */
  private final class Rater implements RowScorer.Rows {
    private final Kept own;
    private final float[][] block;
    private final double[] klds;

    /** The likeliest token of both models, position by position. */
    private final int[][] tops;

    private int begin;

    Rater(Kept own, int vocabulary) {
      this.own = own;
      this.block = new float[PromptLogits.ROWS][vocabulary];
      this.klds = new double[own.positions];
      this.tops = new int[own.positions][];
    }

    @Override
    public void begin(int from, int count) {
      begin = from;
      for (int i = 0; i < count; i++) {
        file.read(own.at + 4L * (from + i) * block[i].length, block[i]);
      }
    }

    @Override
    public void row(int row, float[] logits) {
      LogSoftmax a = LogSoftmax.of(block[row - begin]);
      LogSoftmax b = LogSoftmax.of(logits);
      klds[row] = a.divergence(b);
      tops[row] = new int[] {a.top(), b.top()};
    }

    int same() {
      return (int) Arrays.stream(tops).filter(t -> t[0] == t[1]).count();
    }

    /** The first position with another likeliest token, or -1. */
    int parts() {
      for (int i = 0; i < tops.length; i++) {
        if (tops[i][0] != tops[i][1]) {
          return i;
        }
      }
      return -1;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
