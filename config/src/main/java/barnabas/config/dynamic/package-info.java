/// Configurations that change while the cluster runs: resources, alterations, and how they are described. Start reading
/// at [barnabas.config.dynamic.DynamicConfigs] (alterations) and [barnabas.config.dynamic.ConfigDescriptions]
/// (DescribeConfigs).
@NullMarked
package barnabas.config.dynamic;

import org.jspecify.annotations.NullMarked;
