package dev.ocelli.media.jp2;

/** The arithmetic decoder (annex C), and the raw bits that some passes have in its place. */
final class MqDecoder {
  /** Contexts: 0 to 8 zero coding, 9 to 13 signs, 14 to 16 refinement, and these. */
  static final int RUN = 17;

  static final int UNIFORM = 18;

  /** By state: probability, the next state after a likely and after an unlikely symbol. */
  private static final int[] PROBABILITY = {
    0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001, 0x2401,
    0x1C01, 0x1601, 0x5601, 0x5401, 0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801, 0x2401, 0x2201,
    0x1C01, 0x1801, 0x1601, 0x1401, 0x1201, 0x1101, 0x0AC1, 0x09C1, 0x08A1, 0x0521, 0x0441, 0x02A1,
    0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025, 0x0015, 0x0009, 0x0005, 0x0001, 0x5601
  };

  private static final int[] LIKELY = {
    1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46
  };

  private static final int[] UNLIKELY = {
    1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22,
    23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46
  };

  /** Twice the state of a context, and its likely symbol. */
  private final int[] states = new int[19];

  private byte[] data = {};
  private int at;
  private int end;
  private int code;
  private int interval;
  private int count;
  private int rawValue;
  private int rawLeft;

  void resetContexts() {
    java.util.Arrays.fill(states, 0);
    states[0] = 2 * 4;
    states[RUN] = 2 * 3;
    states[UNIFORM] = 2 * 46;
  }

  /** Begins with coded data; behind their end come ones. */
  void begin(byte[] bytes, int length) {
    data = bytes;
    at = 0;
    end = length;
    code = byteAt(0) << 16;
    next();
    code <<= 7;
    count -= 7;
    interval = 0x8000;
  }

  /** Begins with raw bits. */
  void beginRaw(byte[] bytes, int length) {
    data = bytes;
    at = 0;
    end = length;
    rawValue = 0;
    rawLeft = 0;
  }

  private int byteAt(int index) {
    return index < end ? data[index] & 0xFF : 0xFF;
  }

  private void next() {
    if (byteAt(at) == 0xFF) {
      int following = byteAt(at + 1);
      if (following > 0x8F) {
        code += 0xFF00;
        count = 8;
      } else {
        at++;
        code += following << 9;
        count = 7;
      }
    } else {
      at++;
      code += byteAt(at) << 8;
      count = 8;
    }
  }

  int raw() {
    if (rawLeft == 0) {
      rawLeft = rawValue == 0xFF ? 7 : 8;
      rawValue = byteAt(at++);
    }
    rawLeft--;
    return rawValue >> rawLeft & 1;
  }

  int decode(int context) {
    int state = states[context];
    int probability = PROBABILITY[state >> 1];
    interval -= probability;
    int symbol = state & 1;
    if (code >>> 16 >= probability) {
      code -= probability << 16;
      if ((interval & 0x8000) != 0) {
        return symbol;
      }
      if (interval < probability) {
        symbol = unlikely(context, state);
      } else {
        states[context] = LIKELY[state >> 1] << 1 | symbol;
      }
    } else if (interval < probability) {
      interval = probability;
      states[context] = LIKELY[state >> 1] << 1 | symbol;
    } else {
      interval = probability;
      symbol = unlikely(context, state);
    }
    do {
      if (count == 0) {
        next();
      }
      interval <<= 1;
      code <<= 1;
      count--;
    } while ((interval & 0x8000) == 0);
    return symbol;
  }

  /** Takes the other symbol; in three states it becomes the likely one. */
  private int unlikely(int context, int state) {
    int index = state >> 1;
    int likely = state & 1;
    boolean exchanged = index == 0 || index == 6 || index == 14;
    states[context] = UNLIKELY[index] << 1 | (exchanged ? 1 - likely : likely);
    return 1 - likely;
  }
}
