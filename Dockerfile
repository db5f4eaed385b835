# docker build -t espfigures . && docker run --rm -v "$PWD:/data" -u "$(id -u):$(id -g)" espfigures
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=true -ldflags='-s -w' -o /espfigures ./cmd/espfigures

FROM scratch
# Requests go to https addresses: they need the certificates of the authorities.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /src/LICENSE /src/NOTICE /
COPY --from=build /espfigures /espfigures
WORKDIR /data
ENTRYPOINT ["/espfigures"]
CMD ["refresh"]
