package org.equipoise.app;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.i18n.LocaleChangeInterceptor;

/** The words of the pages, and in which language they are said. */
@Configuration(proxyBeanMethods = false)
class PageConfiguration implements WebMvcConfigurer {

  @Bean
  static MessageSource messageSource() {
    ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
    messages.setBasename("app/messages");
    messages.setDefaultEncoding(StandardCharsets.UTF_8.name());
    messages.setDefaultLocale(Locale.ENGLISH);
    messages.setFallbackToSystemLocale(false);
    // So that an apostrophe is written twice in each message, not only in those with blanks.
    messages.setAlwaysUseMessageFormat(true);
    return messages;
  }

  @Bean
  static LocaleResolver localeResolver() {
    return new PageLanguage();
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    LocaleChangeInterceptor language = new LocaleChangeInterceptor();
    language.setParamName("lang");
    language.setHttpMethods("GET");
    language.setIgnoreInvalidLocale(true);
    registry
        .addInterceptor(language)
        .addPathPatterns(
            "/login", "/patient", "/consent", "/apps", "/password", "/waiting", "/access-report");
  }
}
