package dev.ocelli.cli.chat;

import dev.ocelli.cli.chat.ChatExchange.Answer;
import dev.ocelli.cli.chat.ChatExchange.Question;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.server.api.HistoryRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conversation of a chat with a model. What fails leaves it as it was.
 *
 * <p>A request carries all of it, and the session keeps what it has computed: of a next turn only
 * what is new is computed.
 */
final class ChatTalk implements AutoCloseable {
  /** Parts of the context: a step in which turns leave, and the most that is kept for a reply. */
  private static final int QUARTER = 4;

  private final LoadedModel model;
  private final LoadedModel.Conversation conversation;
  private final ChatSettings settings;
  private final HistoryRule rule;
  private List<ChatExchange> exchanges = new ArrayList<>();

  /** Oldest exchanges that the model gets no more. */
  private int left;

  ChatTalk(LoadedModel model, ChatSettings settings, HistoryRule rule) {
    this.model = model;
    this.conversation = model.converse();
    this.settings = settings;
    this.rule = rule;
  }

  List<ChatExchange> exchanges() {
    return List.copyOf(exchanges);
  }

  boolean isEmpty() {
    return exchanges.isEmpty();
  }

  /** Oldest exchanges that the model gets no more, as the context is full. */
  int left() {
    return left;
  }

  /** Puts another conversation in the place of this one. */
  void replace(List<ChatExchange> others) {
    exchanges = new ArrayList<>(others);
    left = 0;
  }

  /** Takes the last exchange back. */
  ChatExchange undo() {
    ChatExchange last = exchanges.removeLast();
    left = Math.min(left, exchanges.size());
    return last;
  }

  /** Puts an exchange behind the others. */
  void add(ChatExchange exchange) {
    exchanges.add(exchange);
  }

  /**
   * Asks.
   *
   * @return the reply; one without a word that was cancelled leaves the conversation as it was
   */
  Reply ask(Question question, ReplyListener listener) {
    int before = left;
    try {
      Reply reply = conversation.generate(fitting(question), listener);
      Answer answer = answer(reply);
      if (reply.finish() == Reply.Finish.CANCELLED && isEmpty(answer)) {
        left = before;
      } else {
        exchanges.add(new ChatExchange(question, answer));
      }
      return reply;
    } catch (RuntimeException | Error e) {
      left = before;
      throw e;
    }
  }

  /** Lets the model go on with its last reply. */
  Reply goOn(ReplyListener listener) {
    Request request = fitting(null);
    Reply reply = conversation.generate(request.with(request.control().continuingLast()), listener);
    ChatExchange last = exchanges.removeLast();
    exchanges.add(new ChatExchange(last.question(), last.answer().followedBy(answer(reply))));
    return reply;
  }

  private static boolean isEmpty(Answer answer) {
    return answer.text().isEmpty() && answer.reasoning() == null;
  }

  private static Answer answer(Reply reply) {
    return new Answer(reply.text(), reply.reasoning(), reply.finish() != Reply.Finish.STOP);
  }

  /** Tokens of the conversation as the next request begins; 0 for an empty one. */
  int tokens() {
    return exchanges.isEmpty() ? 0 : model.promptTokens(request(null, settings.control()));
  }

  /** Tokens of the conversation with a question behind it. */
  int tokens(Question question) {
    return model.promptTokens(request(question, settings.control()));
  }

  /** Whether the model takes a question with such a control; throws where it does not. */
  void require(Control control) {
    model.promptTokens(request(new Question("?", List.of()), control));
  }

  /** What will become of the pictures and clips of the conversation. */
  List<Reply.MediaUse> media() {
    return exchanges.isEmpty() ? List.of() : model.plan(request(null, settings.control()));
  }

  /** What will become of those of a question. */
  List<Reply.MediaUse> media(Question question) {
    List<Reply.MediaUse> all = model.plan(request(question, settings.control()));
    return all.subList(all.size() - question.media().media().size(), all.size());
  }

  /** The request, where the rule allows it without the oldest exchanges that do not fit. */
  private Request fitting(@Nullable Question question) {
    Request request = request(question, settings.control());
    if (!rule.sliding()) {
      return request;
    }
    int context = model.contextLength();
    int step = Math.max(1, context / QUARTER);
    int wanted = request.maxTokens() < 0 ? step : Math.clamp(request.maxTokens(), 1, step);
    int tokens = model.promptTokens(request);
    if (tokens + wanted <= context) {
      return request;
    }
    // In steps, so that the conversation begins with the same exchanges for a while and is reused.
    int most = tokens - Math.ceilDiv(tokens + wanted - context, step) * step;
    int last = exchanges.size() - (question == null ? 1 : 0);
    while (left < last && (tokens > most || tooMany(question))) {
      left++;
      request = request(question, settings.control());
      tokens = model.promptTokens(request);
    }
    return request;
  }

  private boolean tooMany(@Nullable Question question) {
    int turns = exchanges.size() - left + (question == null ? 0 : 1);
    return rule.turns() > 0 && turns > rule.turns();
  }

  private Request request(@Nullable Question question, Control control) {
    List<Message> messages = new ArrayList<>();
    List<Media> media = new ArrayList<>();
    if (!settings.system().isEmpty()) {
      messages.add(Message.of("system", settings.system()));
    }
    for (ChatExchange e : exchanges.subList(left, exchanges.size())) {
      messages.add(e.question().message());
      media.addAll(e.question().media().media());
      messages.add(e.answer().message());
    }
    if (question != null) {
      messages.add(question.message());
      media.addAll(question.media().media());
    }
    SamplingResolver.Resolved sampling = settings.sampling(model);
    return new Request(
            messages,
            media,
            List.of(),
            sampling.sampling(),
            sampling.maxTokens(),
            settings.stop(),
            -1)
        .with(control);
  }

  @Override
  public void close() {
    conversation.close();
  }
}
