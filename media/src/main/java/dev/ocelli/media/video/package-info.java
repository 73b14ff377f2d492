/**
 * Video files as clips: GIF, animated WebP and Motion JPEG AVI by decoders of this module, all else
 * by ffmpeg and ffprobe in processes of their own.
 *
 * <p>{@link dev.ocelli.media.video.VideoFile} opens a file: the number of its frames, their size
 * and their times are known then. Frames are decoded in order when they are asked for, so that only
 * a few are in memory.
 */
@NullMarked
package dev.ocelli.media.video;

import org.jspecify.annotations.NullMarked;
