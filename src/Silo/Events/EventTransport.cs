using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Grains.Events;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
using Hermes.Silo.Configuration;
using Hermes.Silo.Health;
using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hermes.Silo.Events;

/// <summary>How events reach their subscribers: within this process, or over a broker.</summary>
internal static class EventTransport
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Adds the subscribers and what carries events to them; after Orleans, so that they start when the actors can answer and stop before them.</summary>
    public static void AddEvents(this IServiceCollection services, SiloSettings settings, TlsIdentity? tls)
    {
        if (settings.Broker is { } broker)
        {
            services.AddSingleton<IEventBus, BrokerEventBus>();
            services.AddMassTransit(bus => AddBroker(bus, broker, tls));

            // A broker that is away is a trouble, not a reason not to start.
            services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = false);
        }
        else
        {
            services.AddSingleton<IEventBus, LocalEventBus>();
            services.AddMediator(bus =>
            {
                bus.AddHermesSubscribers();
                bus.ConfigureMediator((_, mediator) => mediator.UseRetries(BetweenTries));
            });
        }

        // Switched off alone it would stay, and an environment variable would switch it on again.
        services.Configure<UsageTelemetryOptions>(o => o.Enabled = false);
        services.RemoveAll<IUsageTracker>();
    }

    private static void AddBroker(IBusRegistrationConfigurator bus, Uri broker, TlsIdentity? tls)
    {
        bus.AddHermesSubscribers();
        bus.ConfigureHealth();
        bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter("hermes", includeNamespace: false));
        bus.AddConfigureEndpointsCallback((context, queue, endpoint) =>
        {
            var park = new ParkUnread(context.GetRequiredService<IGrainFactory>(), queue);
            endpoint.ConfigureError(pipe => pipe.UseFilter(park));
            endpoint.ConfigureDeadLetter(pipe => pipe.UseFilter(park));
        });
        bus.UsingRabbitMq((context, transport) =>
        {
            transport.Host(broker, host => host.UseTls(broker, tls));
            transport.MessageTopology.SetEntityNameFormatter(new ExchangeNames(transport.MessageTopology.EntityNameFormatter));
            transport.ConfigureJsonSerializerOptions(options =>
            {
                options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
                return options;
            });

            // Other systems send plain JSON, of the kind that the queue is for.
            transport.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: false);
            transport.UseRetries(BetweenTries);
            transport.ConfigureEndpoints(context);
        });
    }

    /// <summary>Events have exchanges of their own names, <c>hermes.DatasetReady</c>.</summary>
    private sealed class ExchangeNames(IEntityNameFormatter others) : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => typeof(T).IsAssignableTo(typeof(IntegrationEvent)) ? $"hermes.{typeof(T).Name}" : others.FormatEntityName<T>();
    }
}
