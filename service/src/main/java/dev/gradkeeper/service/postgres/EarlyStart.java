package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.startup.Home;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Opens the home folder and begins to start the embedded Postgres before there are beans: recovery
 * after a kill takes seconds, in which the service can do much that needs no database. Both are
 * beans later, and the last ones to be closed.
 */
public final class EarlyStart implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    if (Boolean.getBoolean("spring.aot.processing")) {
      return; // the build prepares the beans
    }
    Environment environment = event.getEnvironment();
    GradkeeperProperties properties =
        Binder.get(environment).bindOrCreate("gradkeeper", GradkeeperProperties.class);
    Home home = new Home(properties.home());
    register(event.getBootstrapContext(), home);
    if (environment.getProperty("spring.datasource.url") == null) {
      register(event.getBootstrapContext(), new StartingPostgres(home, properties.postgres()));
    }
  }

  private static void register(ConfigurableBootstrapContext bootstrap, AutoCloseable bean) {
    String name = bean.getClass().getName();
    bootstrap.addCloseListener(
        closed -> {
          DefaultListableBeanFactory beans =
              (DefaultListableBeanFactory) closed.getApplicationContext().getBeanFactory();
          beans.registerSingleton(name, bean);
          beans.registerDisposableBean(name, bean::close);
        });
  }
}
