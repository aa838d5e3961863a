/** What a patient says about themselves, which nobody else can say. */
package org.equipoise.aboutme;
