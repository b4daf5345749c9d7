/// The controller: decides, for each request, which records to append and what to answer. No thread, no I/O, no clock.
@NullMarked
package barnabas.metadata.controller;

import org.jspecify.annotations.NullMarked;
