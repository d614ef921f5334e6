package dev.gradkeeper.service.web;

import java.util.Locale;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

  /** The contract's enums are in lower case, in parameters as in bodies. */
  @Override
  public void addFormatters(FormatterRegistry registry) {
    registry.addConverterFactory(new EnumParameters());
  }

  @Bean
  HttpFirewall firewall() {
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    firewall.setAllowedParameterValues(Texts::storable);
    return firewall;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectorErrors() {
    return factory ->
        factory.addContextCustomizers(
            context ->
                ((StandardHost) context.getParent())
                    .setErrorReportValveClass(ConnectorErrors.class.getName()));
  }

  @SuppressWarnings("rawtypes")
  private static final class EnumParameters implements ConverterFactory<String, Enum> {
    @Override
    public <T extends Enum> Converter<String, T> getConverter(Class<T> type) {
      return text -> {
        for (T constant : type.getEnumConstants()) {
          if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
            return constant;
          }
        }
        throw new IllegalArgumentException("no such constant");
      };
    }
  }
}
