# Built by docker compose; the first stage downloads from Maven Central.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q --no-transfer-progress -pl service -am package -Dmaven.test.skip=true -Dspotless.check.skip=true

FROM eclipse-temurin:25-jdk
RUN useradd --system --uid 10001 gradkeeper && install -d -o gradkeeper /var/lib/gradkeeper
COPY --from=build /src/service/target/gradkeeper-service.jar /src/service/src/main/jvm/java.options /opt/gradkeeper/
USER gradkeeper
ENV GRADKEEPER_HOME=/var/lib/gradkeeper
VOLUME /var/lib/gradkeeper
EXPOSE 8080 8081
ENTRYPOINT ["java", "@/opt/gradkeeper/java.options", "--add-modules=jdk.incubator.vector", "-Dspring.aot.enabled=true", "-jar", "/opt/gradkeeper/gradkeeper-service.jar"]
