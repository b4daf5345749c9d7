/// Plans that move replicas onto a new broker or off one, and the way they are carried out.
@NullMarked
package barnabas.cli.balance;

import org.jspecify.annotations.NullMarked;
