/// Folders of plug-ins. Start reading at [barnabas.cli.connect.plugins.PluginFolders].
@NullMarked
package barnabas.cli.connect.plugins;

import org.jspecify.annotations.NullMarked;
