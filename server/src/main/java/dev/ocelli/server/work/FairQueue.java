package dev.ocelli.server.work;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue in which groups take turns: a client with a hundred requests delays another's single one
 * by one. Not thread-safe.
 */
final class FairQueue<T> {
  /** Groups that wait, next one first. */
  private final LinkedHashMap<String, Deque<T>> groups = new LinkedHashMap<>();

  private int size;

  int size() {
    return size;
  }

  void add(String group, T item) {
    groups.computeIfAbsent(group, g -> new ArrayDeque<>()).add(item);
    size++;
  }

  /** The oldest of the group whose turn it is, or null. */
  @Nullable T poll() {
    Map.Entry<String, Deque<T>> first = groups.pollFirstEntry();
    if (first == null) {
      return null;
    }
    T item = first.getValue().remove();
    if (!first.getValue().isEmpty()) {
      groups.putLast(first.getKey(), first.getValue());
    }
    size--;
    return item;
  }

  /** Takes an item out; false when it is not there. */
  boolean remove(String group, T item) {
    Deque<T> items = groups.get(group);
    if (items == null || !items.remove(item)) {
      return false;
    }
    if (items.isEmpty()) {
      groups.remove(group);
    }
    size--;
    return true;
  }
}
