package dev.ocelli.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups take turns. */
class FairQueueContractTest {
  @Test
  void aSingleRequestPassesAHundredOfAnotherGroup() {
    FairQueue<String> queue = new FairQueue<>();
    for (int i = 0; i < 4; i++) {
      queue.add("many", "m" + i);
    }
    queue.add("one", "o0");
    queue.add("two", "t0");
    queue.add("two", "t1");
    assertThat(queue.remove("many", "m2")).isTrue();
    assertThat(queue.remove("many", "m2")).isFalse();
    List<String> order = new ArrayList<>();
    for (String s = queue.poll(); s != null; s = queue.poll()) {
      order.add(s);
    }
    assertThat(order).containsExactly("m0", "o0", "t0", "m1", "t1", "m3");
    assertThat(queue.size()).isZero();
  }
}
