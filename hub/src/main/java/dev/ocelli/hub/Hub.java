package dev.ocelli.hub;

/** Lists repositories. */
interface Hub {
  /**
   * The files of a model's repository, with addresses that name one revision.
   *
   * @throws dev.ocelli.engine.OcelliException (MODEL) when there is no such repository or it may
   *     not be read, (RESOURCE) when the hub cannot be reached
   */
  RepoListing list(ModelRef ref);
}
