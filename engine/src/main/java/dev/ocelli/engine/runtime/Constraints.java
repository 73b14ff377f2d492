package dev.ocelli.engine.runtime;

import dev.ocelli.engine.grammar.CompiledGrammar;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.Grammar;
import dev.ocelli.engine.grammar.ReplyGrammar;
import dev.ocelli.engine.grammar.TokenBytes;
import dev.ocelli.engine.grammar.ToolRules;
import dev.ocelli.engine.sampling.StopRules;
import dev.ocelli.engine.tokenizer.Vocabulary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The compiled grammars of a model's constraints, the latest of them kept: requests mostly come
 * with the same schema or tools again. Thread-safe.
 */
final class Constraints {
  private static final int KEPT = 8;

  private final Vocabulary vocabulary;
  private final StopRules stops;
  private final LinkedHashMap<Key, Optional<CompiledGrammar>> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<CompiledGrammar>> eldest) {
          return size() > KEPT;
        }
      };
  private @Nullable TokenBytes tokens;

  private record Key(Constraint constraint, ToolRules tools, boolean inReasoning) {}

  Constraints(Vocabulary vocabulary, StopRules stops) {
    this.vocabulary = vocabulary;
    this.stops = stops;
  }

  /**
   * What constrains the reply to a request; null where nothing does.
   *
   * @param inReasoning whether its prompt ends inside the reasoning
   * @throws dev.ocelli.engine.OcelliException USAGE when constraint or tools cannot be used
   */
  synchronized @Nullable CompiledGrammar of(Request request, boolean inReasoning) {
    Key key = new Key(request.control().constraint(), request.toolRules(), inReasoning);
    Optional<CompiledGrammar> known = compiled.get(key);
    if (known == null) {
      Grammar grammar = ReplyGrammar.of(key.constraint(), key.tools(), inReasoning);
      known =
          grammar == null ? Optional.empty() : Optional.of(CompiledGrammar.of(grammar, tokens()));
      compiled.put(key, known);
    }
    return known.orElse(null);
  }

  private TokenBytes tokens() {
    TokenBytes t = tokens;
    if (t == null) {
      t = new TokenBytes(vocabulary.size(), this::bytes, stops.ids());
      tokens = t;
    }
    return t;
  }

  /** Control tokens are no text: they show nothing, and a grammar describes what is shown. */
  private byte[] bytes(int id) {
    return vocabulary.isHidden(id) || stops.contains(id) ? new byte[0] : vocabulary.bytes(id);
  }
}
