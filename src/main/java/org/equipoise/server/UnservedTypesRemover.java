package org.equipoise.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;

/**
 * Removes the DAO and provider definitions of every resource type that is not in {@link
 * ServedTypes} before any is created: limiting HAPI's DAO registry only hides them, after all 146
 * were built.
 */
class UnservedTypesRemover implements BeanDefinitionRegistryPostProcessor {

  private static final Pattern GENERATED = Pattern.compile("my(\\w+?)(DaoR4|RpR4)");

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    for (String name : registry.getBeanDefinitionNames()) {
      Matcher generated = GENERATED.matcher(name);
      if (generated.matches() && !isNeeded(typeOf(generated.group(1)))) {
        registry.removeBeanDefinition(name);
      }
    }
  }

  private static String typeOf(String beanNamePart) {
    // The R4 List class is called ListResource, and HAPI names its beans by the class.
    return beanNamePart.equals("ListResource") ? "List" : beanNamePart;
  }

  private static boolean isNeeded(String type) {
    return type.equals("System")
        || ServedTypes.RECORDS.contains(type)
        || ServedTypes.INTERNAL.contains(type);
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
    // Definitions are all that changes.
  }
}
