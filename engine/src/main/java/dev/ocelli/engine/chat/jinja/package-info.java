@NullMarked
package dev.ocelli.engine.chat.jinja;

import org.jspecify.annotations.NullMarked;
