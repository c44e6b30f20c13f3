using System.Reflection;
using Hermes.Grains.Seams;
using Hermes.Silo.Configuration;
using MassTransit.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hermes.Silo.Telemetry;

/// <summary>What is told of a silo's work: numbers to whoever fetches them, and all of it to a collector if one is named. Nothing is sent otherwise.</summary>
internal static class TelemetryHosting
{
    /// <summary>Where numbers are fetched.</summary>
    public const string MetricsPath = "/metrics";

    private const string Service = "hermes-silo";

    private static readonly string[] Meters =
        [GrainMetrics.Meter, "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Adds all of it; after the other providers of logs.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, SiloSettings settings)
    {
        builder.Services.AddSingleton<SiloMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(silo => silo.AddService(
                Service, serviceVersion: Assembly.GetExecutingAssembly().GetName().Version!.ToString(3), autoGenerateServiceInstanceId: false, serviceInstanceId: settings.Name))
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        if (settings.Collector is { } collector)
        {
            telemetry
                .WithTracing(traces => traces
                    .SetSampler(new ParentBasedSampler(new AskedSampler()))
                    .AddSource(Tracing.Source, "Microsoft.Orleans.Application", DiagnosticHeaders.DefaultListenerName)
                    .AddAspNetCoreInstrumentation(http => http.Filter = context => !IsWatching(context.Request.Path)))
                .WithLogging()
                .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, collector);
        }
    }

    /// <summary>Serves the numbers as Prometheus reads them.</summary>
    public static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint(MetricsPath);

    private static bool IsWatching(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments(MetricsPath, StringComparison.Ordinal);

    /// <summary>
    /// What a silo's actors do by the clock, every few seconds, begins no trace: it was not asked for. Such a call is seen first where it leaves its actor.
    /// </summary>
    private sealed class AskedSampler : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters span) =>
            new(span.Kind is System.Diagnostics.ActivityKind.Client or System.Diagnostics.ActivityKind.Producer ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
    }
}
