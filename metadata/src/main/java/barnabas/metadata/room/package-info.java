/// Memory that clients' settings take. Start reading at [barnabas.metadata.room.SettingsBytes].
@NullMarked
package barnabas.metadata.room;

import org.jspecify.annotations.NullMarked;
