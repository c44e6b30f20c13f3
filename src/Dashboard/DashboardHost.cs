using System.Net.Mime;
using Hermes.Dashboard.Administration;
using Hermes.Dashboard.Components;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Datasets;
using Hermes.Dashboard.Events;
using Hermes.Dashboard.Models;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Priors;
using Hermes.Dashboard.Runs;
using Hermes.Dashboard.Scheduling;
using Hermes.Dashboard.Security;
using Hermes.Dashboard.Segmentations;
using Hermes.Dashboard.Updates;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using MudBlazor.Services;

namespace Hermes.Dashboard;

/// <summary>What the web application is made of.</summary>
internal static class DashboardHost
{
    /// <summary>Everything the web application is made of; starts nothing.</summary>
    public static WebApplicationBuilder CreateBuilder(DashboardOptions options)
    {
        // The content lies beside the program, wherever it is started from; no variable moves the server off the loopback.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.WebHost.UseStaticWebAssets();
        builder.Services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", .. options.Visitors.Names]);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded => Believe(forwarded, options));

        builder.Services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new InMemoryKeys());
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(options).AddSingleton<PlatformBoard>();
        builder.Services.AddVisitors(options);
        builder.Services.AddScoped<AuthenticationStateProvider, VisitorState>();
        builder.Services.AddSingleton<PlatformLink>().AddSingleton<IPlatformReader, PlatformReader>().AddHostedService<PlatformWatcher>();
        builder.Services.AddSingleton<IDatasetReader, DatasetReader>().AddSingleton<DatasetSummaries>();
        builder.Services.AddSingleton<IRunReader, RunReader>().AddSingleton<RunFeeds>().AddSingleton<IPriorReader, PriorReader>();
        builder.Services.AddSingleton<ISegmentationReader, SegmentationReader>().AddSingleton<Uploads>();
        builder.Services.AddScoped<PlatformActions>().AddScoped<IRunActions, RunActions>().AddScoped<ISegmentationActions, SegmentationActions>();
        builder.Services.AddSingleton<IModelReader, ModelReader>().AddSingleton<IUpdateReader, UpdateReader>();
        builder.Services.AddScoped<IModelActions, ModelActions>().AddScoped<IUpdateActions, UpdateActions>();
        builder.Services.AddSingleton<IQueueReader, QueueReader>().AddSingleton<IEventReader, EventReader>().AddScoped<IAdministrationReader, AdministrationReader>();
        builder.Services.AddScoped<IQueueActions, QueueActions>().AddScoped<IEventActions, EventActions>().AddScoped<IAdministrationActions, AdministrationActions>();
        return builder;
    }

    /// <summary>The web application, which answers once it is started.</summary>
    public static WebApplication Build(DashboardOptions options) => Build(CreateBuilder(options));

    /// <summary>The web application of what it is made of.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        var access = app.Services.GetRequiredService<BrowserAccess>();
        var options = app.Services.GetRequiredService<DashboardOptions>();
        app.UseWhen(context => options.Visitors.Proxies is { } proxies && proxies.Trust(context.Connection.RemoteIpAddress), proxied => proxied.UseForwardedHeaders());
        app.UseHostFiltering().UseSecurityHeaders().UseOwnOrigin().UseAuthentication().Use(access.HandleAsync);

        // Who follows a link that leads nowhere reads a page; a script is told by the status.
        app.UseStatusCodePagesWithReExecute(NotFound.Address, createScopeForStatusCodePages: true).Use(LeaveScriptsAsync).UseAntiforgery();
        app.MapStaticAssets();
        app.MapPriorFiles();
        app.MapVolumes();
        app.MapRunCurves();
        app.MapUploads();

        // The frame rule is part of the one policy that every answer carries.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static Task LeaveScriptsAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == MediaTypeNames.Text.Html);
        }

        return next(context);
    }

    private static void Listen(KestrelServerOptions kestrel, DashboardOptions options) => kestrel.Listen(options.Place, pages =>
    {
        if (options.Visitors.CertificateFile is { } file)
        {
            var (certificate, chain) = TlsIdentity.ReadCertificate(file);
            pages.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ServerCertificateChain = chain });
        }
    });

    // Scheme and name only: the address of a connection stays that of the proxy, by which it is known.
    private static void Believe(ForwardedHeadersOptions forwarded, DashboardOptions options)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Visitors.Proxies?.Networks ?? [])
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        foreach (var name in options.Visitors.Names)
        {
            forwarded.AllowedHosts.Add(name);
        }
    }
}
