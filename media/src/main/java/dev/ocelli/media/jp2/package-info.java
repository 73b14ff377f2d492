/**
 * The codestreams of JPEG 2000 (ITU-T T.800), to samples: wavelets 5/3 and 9/7, all progressions,
 * tiles, regions of interest and styles of blocks. High-throughput blocks (part 15) and packed
 * packet headers are refused.
 *
 * <p>It exists because scans of libraries and archives are JPEG 2000 inside PDF, and the Java
 * decoders that are published descend from JJ2000, whose licence grants nothing for "non JPEG 2000
 * Standard conforming products".
 */
@NullMarked
package dev.ocelli.media.jp2;

import org.jspecify.annotations.NullMarked;
