package dev.ocelli.cli.answer;

import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.engine.vision.RgbImage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model whether a frame shows something: by the probabilities of two answers, or by what it
 * says of the frame.
 *
 * @param text the question
 * @param match text that the answer contains, or null for a question of yes or no
 * @param yes the answer that counts
 * @param no the other answer
 * @param maxTokens of a frame
 */
record FrameQuestion(String text, @Nullable String match, String yes, String no, int maxTokens) {
  /** Most tokens of an answer that is searched. */
  private static final int MOST_WORDS = 256;

  /** Enough that both answers are among them, if the model thinks of them at all. */
  private static final int ALTERNATIVES = 50;

  /**
   * The question for what was typed.
   *
   * @param words for yes and for no
   */
  static FrameQuestion of(String prompt, @Nullable String match, String[] words, int maxTokens) {
    String text = prompt.strip();
    if (text.isEmpty() || match != null && match.isBlank()) {
      throw new OcelliException(
          Kind.USAGE, "--prompt or --match is empty; say what to look for, for example a red car");
    }
    String yes = words[0].strip();
    String no = words[1].strip();
    if (yes.isEmpty() || no.isEmpty() || yes.equals(no)) {
      throw new OcelliException(
          Kind.USAGE, "--yes '%s' and --no '%s' must be two words".formatted(yes, no));
    }
    boolean question = text.endsWith("?") || text.endsWith("\uff1f");
    String asked = question || match != null ? text : "Is there %s in the image?".formatted(text);
    return new FrameQuestion(asked, match, yes, no, maxTokens);
  }

  /** Asks; NaN when the model was told to stop. */
  double score(LoadedModel model, String name, RgbImage frame) {
    Control control = Control.DEFAULT.withThinking(Control.Thinking.OFF, Control.UNLIMITED);
    Request request =
        new Request(
            List.of(Message.user(List.of(new Content.Image(), new Content.Text(text)))),
            List.of(
                new Media.Picture(
                    new Frame(name, frame),
                    new ImageOptions(
                        Preprocessing.HF, OptionalInt.empty(), OptionalInt.of(maxTokens)))),
            List.of(),
            Sampling.greedy(),
            MOST_WORDS,
            List.of(),
            ALTERNATIVES);
    Reply reply =
        model.generate(
            request.with(
                match == null
                    ? control.withConstraint(new Constraint.Choices(List.of(yes, no)))
                    : control),
            ReplyListener.NONE);
    if (reply.finish() == Reply.Finish.CANCELLED) {
      return Double.NaN;
    }
    return match == null ? yesOrNo(reply, model) : matched(reply, match);
  }

  /**
   * The probability of yes, where there is nothing but yes and no: of the tokens that the model
   * would begin with, those that begin one of the two words are counted.
   */
  private double yesOrNo(Reply reply, LoadedModel model) {
    TokenLogprobs first = reply.tokens().isEmpty() ? null : reply.tokens().getFirst().logprobs();
    double sure = 0;
    double not = 0;
    for (TokenLogprobs.Alternative a :
        first == null ? List.<TokenLogprobs.Alternative>of() : first.top()) {
      String piece = model.piece(a.id()).strip();
      boolean beginsYes = !piece.isEmpty() && yes.startsWith(piece);
      boolean beginsNo = !piece.isEmpty() && no.startsWith(piece);
      sure += beginsYes && !beginsNo ? Math.exp(a.logprob()) : 0;
      not += beginsNo && !beginsYes ? Math.exp(a.logprob()) : 0;
    }
    if (sure + not > 0) {
      return sure / (sure + not);
    }
    return reply.text().strip().equals(yes) ? 1 : 0;
  }

  /**
   * How sure the model is of its words: the probability of the least sure one. It is that of a
   * frame that counts only if the words are there.
   */
  private static double matched(Reply reply, String match) {
    double least = 1;
    for (Reply.Token t : reply.tokens()) {
      if (t.logprobs() != null) {
        least = Math.min(least, Math.exp(t.logprobs().logprob()));
      }
    }
    boolean there =
        reply.text().toLowerCase(Locale.ROOT).contains(match.strip().toLowerCase(Locale.ROOT));
    return there ? 0.5 + least / 2 : 0.5 - least / 2;
  }

  /** A frame as a picture. */
  private record Frame(String name, RgbImage image) implements PictureSource {
    @Override
    public int width() {
      return image.width();
    }

    @Override
    public int height() {
      return image.height();
    }

    @Override
    public String sha256() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height()).array());
        return "frame" + HexFormat.of().formatHex(digest.digest(image.rgb()));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    @Override
    public RgbImage decode() {
      return image;
    }
  }
}
