/// Registrations of controllers (KIP-919, KIP-1312). A node alone does not load it.
@NullMarked
package barnabas.metadata.registration;

import org.jspecify.annotations.NullMarked;
