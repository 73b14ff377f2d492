package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.ChatTemplate;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.MediaTokens;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.chat.PromptBuilder;
import dev.ocelli.engine.chat.ReplyMarks;
import dev.ocelli.engine.chat.jinja.Rendered;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.Positions;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.VideoPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns a request into tokens, positions and planned media, without decoding or computing anything.
 */
public final class PromptPreparer {
  private final ModelFiles files;
  private final ChatTemplate template;
  private final String templateOrigin;
  private final PromptBuilder builder;

  /**
   * Parses the model's chat template.
   *
   * @throws OcelliException when it cannot be used
   */
  public PromptPreparer(ModelFiles files, Tokenizer tokenizer) {
    this.files = files;
    ModelFiles.ChatSource source = files.text().chatTemplate();
    this.templateOrigin = source == null ? "the built-in chat template" : source.origin();
    this.template = template(files);
    this.builder = new PromptBuilder(tokenizer);
  }

  private static ChatTemplate template(ModelFiles files) {
    ModelFiles.ChatSource source = files.text().chatTemplate();
    return source == null
        ? ChatTemplate.instruct()
        : ChatTemplate.of(source.jinja(), source.origin());
  }

  /** Plans the media of a request and builds its prompt. */
  public Prepared prepare(Request request) {
    List<PlannedMedia> media = new ArrayList<>();
    for (Media m : request.media()) {
      media.add(plan(m));
    }
    return prepare(request.messages(), request.tools(), media, request.control());
  }

  /**
   * Plans a prompt that is tokens already.
   *
   * @throws OcelliException USAGE when there are none
   */
  static Prepared prepare(int[] ids) {
    if (ids.length == 0) {
      throw new OcelliException(
          OcelliException.Kind.USAGE, "the prompt is empty; give at least one token");
    }
    Prompt prompt = new Prompt(ids.clone(), List.of());
    return new Prepared(prompt, Positions.of(prompt), List.of(), false);
  }

  /** The prompt that the chat template writes for a request, before it is tokenized. */
  Rendered render(Request request) {
    return render(request.messages(), request.tools(), request.control());
  }

  /**
   * Builds a prompt around media that are planned already.
   *
   * @param control whether the reply begins with reasoning, and whether it continues a message
   * @throws OcelliException INPUT when places and media do not match, or the last message is none
   *     that can be continued; USAGE when reasoning is asked for that the template does not have
   */
  public Prepared prepare(
      List<Message> messages,
      List<Map<String, Object>> tools,
      List<PlannedMedia> media,
      Control control) {
    int places = 0;
    for (Message m : messages) {
      for (Content c : m.content()) {
        places += c instanceof Content.Text ? 0 : 1;
      }
    }
    if (places != media.size()) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the messages have places for %d pictures and clips, but %d were given"
              .formatted(places, media.size()));
    }
    if (!media.isEmpty()) {
      requireVision();
    }
    Rendered rendered = render(messages, tools, control);
    Prompt prompt = build(rendered, media);
    return new Prepared(prompt, Positions.of(prompt), media, opensThinking(rendered));
  }

  private void requireVision() {
    if (files.vision() == null) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "%s: loaded without a vision file, so it cannot look at pictures; name the model's vision file with --mmproj"
              .formatted(files.language().origin()));
    }
  }

  private Rendered render(
      List<Message> messages, List<Map<String, Object>> tools, Control control) {
    if (!control.continuesLast()) {
      return opened(messages, tools, control.thinking());
    }
    Message last = begun(messages);
    Rendered opened = opened(messages.subList(0, messages.size() - 1), tools, control.thinking());
    if (opensThinking(opened)) {
      // The message is an answer, so what was thought before it is over.
      String thoughts = last.reasoning() == null ? "" : last.reasoning().strip();
      opened = opened.appendLiteral(thoughts).append(ReplyMarks.THOUGHT_TO_ANSWER);
    }
    return opened.appendLiteral(words(last));
  }

  /** The message that is continued. */
  private static Message begun(List<Message> messages) {
    Message last = messages.isEmpty() ? Message.of("", "") : messages.getLast();
    boolean continuable = last.role().equals("assistant") && last.toolCalls().isEmpty();
    if (!continuable || words(last).isEmpty()) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the last message is to be continued, but it is no assistant's text; end with a message of role 'assistant' that has text and no calls");
    }
    return last;
  }

  private static String words(Message m) {
    StringBuilder text = new StringBuilder();
    for (Content c : m.content()) {
      text.append(c instanceof Content.Text t ? t.text() : "");
    }
    return text.toString();
  }

  /** The prompt up to where the reply begins. */
  private Rendered opened(
      List<Message> messages, List<Map<String, Object>> tools, Control.Thinking thinking) {
    return switch (thinking) {
      case AUTO -> template.render(messages, tools, ChatTemplate.Options.REPLY);
      case ON -> {
        Rendered on = template.render(messages, tools, thinking(true));
        boolean knowsOff =
            !on.text().equals(template.render(messages, tools, thinking(false)).text());
        if (!knowsOff && !opensThinking(on)) {
          throw new OcelliException(
              OcelliException.Kind.USAGE,
              templateOrigin
                  + ": reasoning is asked for, but the chat template has none; use a Thinking model");
        }
        yield on;
      }
      case OFF -> {
        Rendered off = template.render(messages, tools, thinking(false));
        // A template that opens the reasoning all the same: closed before it begins.
        yield opensThinking(off) ? off.append(ReplyMarks.THOUGHT_TO_ANSWER) : off;
      }
    };
  }

  private static ChatTemplate.Options thinking(boolean on) {
    return new ChatTemplate.Options(true, false, Map.of("enable_thinking", on));
  }

  private Prompt build(Rendered rendered, List<PlannedMedia> media) {
    Prompt prompt;
    try {
      prompt = builder.build(rendered, media.stream().map(this::tokens).toList());
    } catch (OcelliException e) {
      throw e.in(templateOrigin);
    }
    if (prompt.ids().length == 0) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          templateOrigin + ": the chat template wrote nothing for the messages; use another");
    }
    return prompt;
  }

  /**
   * Whether the template opens the model's reasoning at the end of every prompt, as those of
   * Thinking models do.
   */
  public boolean opensThinking() {
    return opensThinking(template);
  }

  /** The same of a model that is not loaded. */
  static boolean opensThinking(ModelFiles files) {
    return opensThinking(template(files));
  }

  private static boolean opensThinking(ChatTemplate template) {
    return opensThinking(
        template.render(List.of(Message.of("user", "?")), List.of(), ChatTemplate.Options.REPLY));
  }

  private static boolean opensThinking(Rendered rendered) {
    String text = rendered.text().stripTrailing();
    return text.endsWith("<think>")
        && !rendered.touchesLiteral(text.length() - "<think>".length(), text.length());
  }

  private MediaTokens tokens(PlannedMedia m) {
    int merge = files.pictures().spec().merge();
    Grid g = m.grid();
    return switch (m) {
      case PlannedMedia.Picture p -> new MediaTokens.Image(g.h() / merge, g.w() / merge);
      case PlannedMedia.Clip c ->
          new MediaTokens.Video(
              c.plan().sampling().timestamps(files.pictures().spec().temporalPatch()),
              g.h() / merge,
              g.w() / merge);
    };
  }

  /** Plans a picture or clip of a prompt that is tokens already. */
  PlannedMedia planForTokens(Media media) {
    requireVision();
    return plan(media);
  }

  /** Errors of a plan name the picture or clip. */
  private PlannedMedia plan(Media media) {
    try {
      return planned(media);
    } catch (OcelliException e) {
      throw e.in(
          switch (media) {
            case Media.Picture p -> p.source().name();
            case Media.Clip c -> c.source().name();
          });
    }
  }

  private PlannedMedia planned(Media media) {
    ModelFiles.PictureRules rules = files.pictures();
    return switch (media) {
      case Media.Picture p -> {
        ImagePlan plan = ImagePlan.of(size(p.source()), p.options(), rules.image(), rules.spec());
        PictureSource drawn = p.source().at(plan.placement().size());
        yield new PlannedMedia.Picture(drawn, plan.ofSource(size(drawn)));
      }
      case Media.Clip c -> {
        if (c.source().frameCount() == 0) {
          throw new OcelliException(OcelliException.Kind.INPUT, "the clip has no frames");
        }
        yield new PlannedMedia.Clip(
            c.source(), VideoPlan.of(c.source(), c.options(), rules.video(), rules.spec()));
      }
    };
  }

  private static ImageSize size(PictureSource p) {
    return new ImageSize(p.width(), p.height());
  }
}
