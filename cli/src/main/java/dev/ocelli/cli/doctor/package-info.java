/** The command that examines this machine. */
@NullMarked
package dev.ocelli.cli.doctor;

import org.jspecify.annotations.NullMarked;
