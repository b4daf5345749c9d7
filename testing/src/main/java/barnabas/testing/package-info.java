/// An in-process broker for users' own tests: the same code as the real one, on a free port with its data in a
/// temporary folder.
@NullMarked
package barnabas.testing;

import org.jspecify.annotations.NullMarked;
