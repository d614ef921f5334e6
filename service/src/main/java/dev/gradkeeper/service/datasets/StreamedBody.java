package dev.gradkeeper.service.datasets;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Hands the body of an upload on as a stream; Spring's own converter reads it into memory. */
@Component
class StreamedBody implements HttpMessageConverter<Resource>, WebMvcConfigurer {
  private final long limit;

  StreamedBody(DatasetProperties properties) {
    limit = properties.maxUpload().toBytes();
  }

  @Override
  public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
    builder.addCustomConverter(this);
  }

  @Override
  public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
    return type == Resource.class && MediaType.APPLICATION_OCTET_STREAM.includes(mediaType);
  }

  @Override
  public Resource read(Class<? extends Resource> type, HttpInputMessage message)
      throws IOException {
    if (message.getHeaders().getContentLength() > limit) {
      throw DatasetImport.tooLarge(limit);
    }
    return new InputStreamResource(message.getBody());
  }

  @Override
  public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
    return false;
  }

  @Override
  public List<MediaType> getSupportedMediaTypes() {
    return List.of(MediaType.APPLICATION_OCTET_STREAM);
  }

  @Override
  public void write(Resource body, @Nullable MediaType mediaType, HttpOutputMessage message) {
    throw new UnsupportedOperationException("reads only");
  }
}
