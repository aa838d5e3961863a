/**
 * What every request meets before anybody asks who it is: how often one may call, how much one may
 * send, from which pages a browser may call, and what an answer tells a browser.
 */
package org.equipoise.security.traffic;
