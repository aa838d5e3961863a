/** Everything about a patient that a caller may see, page by page. */
package org.equipoise.everything;
