/**
 * That nothing was changed in the access events or taken out of them: closed blocks with a hash
 * chained to the block before, the check of it, the archive of what is older than the operator
 * keeps, and the partitions of the table.
 */
package org.equipoise.audit.seal;
