package dev.ocelli.engine.chat;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.jinja.Rendered;
import dev.ocelli.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a rendered conversation into token ids with places for visual rows (QWEN3VL section 6.3).
 *
 * <p>Only placeholders that the template itself wrote are expanded; what a user typed stays text.
 * Placeholders are control tokens, at which text is split before it is tokenized, so the parts
 * between can be tokenized one by one.
 */
public final class PromptBuilder {
  private static final String IMAGE = "<|image_pad|>";
  private static final String START = "<|vision_start|>";
  private static final String END = "<|vision_end|>";
  private static final String VIDEO = START + "<|video_pad|>" + END;

  private final Tokenizer tokenizer;

  public PromptBuilder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Builds a prompt.
   *
   * @param media pictures and clips in prompt order
   * @throws OcelliException INPUT when the template wrote other placeholders than there are media
   */
  public Prompt build(Rendered rendered, List<MediaTokens> media) {
    Run run = new Run(rendered);
    for (int i = 0; i < media.size(); i++) {
      run.add(media.get(i), i, media.size());
    }
    return run.finish(media.size());
  }

  private final class Run {
    private final Rendered rendered;
    private final List<Prompt.Visual> visuals = new ArrayList<>();
    private int[] ids = new int[256];
    private int length;

    /** Where text begins that is not tokenized yet. */
    private int from;

    /** Text of ours that comes before it. */
    private String before = "";

    Run(Rendered rendered) {
      this.rendered = rendered;
    }

    void add(MediaTokens m, int index, int total) {
      int image = rendered.indexOfTrusted(IMAGE, from);
      int video = rendered.indexOfTrusted(VIDEO, from);
      boolean imageNext = image >= 0 && (video < 0 || image < video);
      if (image < 0 && video < 0) {
        throw new OcelliException(
            OcelliException.Kind.INPUT,
            "the conversation has %d pictures and clips, but the chat template wrote places for %d; pictures and clips can stand in user messages only"
                .formatted(total, index));
      }
      switch (m) {
        case MediaTokens.Image i when imageNext -> {
          text(image);
          pads(IMAGE, i, index, 0);
          from = image + IMAGE.length();
        }
        case MediaTokens.Video v when !imageNext -> {
          text(video);
          for (int t = 0; t < v.timestamps().size(); t++) {
            before += v.timestamps().get(t) + START;
            text(video);
            pads("<|video_pad|>", v, index, t);
            before = END;
          }
          from = video + VIDEO.length();
        }
        default ->
            throw new OcelliException(
                OcelliException.Kind.INPUT,
                "the conversation's picture or clip %d is a %s, but the prompt's next place is for a %s; give media in the order of their places"
                    .formatted(
                        index + 1,
                        m instanceof MediaTokens.Image ? "picture" : "clip",
                        imageNext ? "picture" : "clip"));
      }
    }

    Prompt finish(int total) {
      if (rendered.indexOfTrusted(IMAGE, from) >= 0 || rendered.indexOfTrusted(VIDEO, from) >= 0) {
        throw new OcelliException(
            OcelliException.Kind.INPUT,
            "the conversation has places for more than the %d pictures and clips that were given"
                .formatted(total));
      }
      text(rendered.text().length());
      return new Prompt(Arrays.copyOf(ids, length), List.copyOf(visuals));
    }

    private void pads(String token, MediaTokens m, int index, int frame) {
      int id = tokenizer.vocabulary().requireSpecial(token);
      int n = Math.multiplyExact(m.rows(), m.columns());
      visuals.add(new Prompt.Visual(length, index, frame, m.rows(), m.columns()));
      reserve(n);
      Arrays.fill(ids, length, length + n, id);
      length += n;
    }

    /** Tokenizes what is pending up to a place in the rendered text. */
    private void text(int to) {
      String part = before + rendered.text().substring(from, to);
      int[] encoded = tokenizer.encode(part, literal(to));
      reserve(encoded.length);
      System.arraycopy(encoded, 0, ids, length, encoded.length);
      length += encoded.length;
      before = "";
      from = to;
    }

    /** The bounds of data in the pending text. */
    private int[] literal(int to) {
      int[] all = rendered.literal();
      int[] out = new int[all.length];
      int n = 0;
      for (int i = 0; i < all.length; i += 2) {
        int start = Math.max(all[i], from);
        int end = Math.min(all[i + 1], to);
        if (start < end) {
          out[n++] = start - from + before.length();
          out[n++] = end - from + before.length();
        }
      }
      return Arrays.copyOf(out, n);
    }

    private void reserve(int more) {
      if (length + more > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(2 * ids.length, length + more));
      }
    }
  }
}
