package dev.ocelli.server;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.ModelSummary;
import org.jspecify.annotations.Nullable;

/**
 * A model that a server loads when a request asks for it.
 *
 * @param name what clients call it
 * @param summary what its files say, or null when they cannot be read
 * @param context tokens that a conversation may have
 * @param neededBytes memory that it takes
 * @param problem why it cannot be used, or null; it is listed all the same
 * @param opener loads it
 */
public record ModelOffer(
    String name,
    @Nullable ModelSummary summary,
    int context,
    long neededBytes,
    @Nullable String problem,
    Opener opener) {

  /** Loads a model. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Loads it.
     *
     * @param progress told how far it is; throws when the model is no longer wanted
     * @throws OcelliException when the files cannot be used
     */
    Engine open(ModelLoader.Progress progress);
  }
}
