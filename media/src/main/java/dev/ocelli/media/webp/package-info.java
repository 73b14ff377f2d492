/**
 * The pictures of WebP, to the pixels that libwebp makes of them: key frames of VP8 (RFC 6386) and
 * VP8L (RFC 9649).
 *
 * <p>It exists because the reference feeds libwebp's pixels to the model, and the Java decoders
 * that are published fail on a part of both kinds and do not interpolate colours like libwebp.
 */
@NullMarked
package dev.ocelli.media.webp;

import org.jspecify.annotations.NullMarked;
