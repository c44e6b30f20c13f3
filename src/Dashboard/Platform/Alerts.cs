using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;

namespace Hermes.Dashboard.Platform;

/// <summary>What waits for a person, the worst first: of each kind of thing the newest few, and whether there are more.</summary>
internal static class Alerts
{
    /// <summary>How many of a kind are told one by one.</summary>
    public const int Told = 3;

    /// <summary>How long a run or update that failed is news.</summary>
    public static readonly TimeSpan News = TimeSpan.FromDays(7);

    private const string MakeRoom = "Make room on its disk, or bring it back; what needs it waits meanwhile and goes on by itself.";
    private const string StartDevice = "Start a silo with a device: --device cpu or --device cuda:0.";
    private const string WhenMended = "When its cause is mended, resume it.";

    /// <summary>What the platform noticed of itself and could not mend.</summary>
    public static IEnumerable<Alert> Of(IEnumerable<PlatformTrouble> troubles) => troubles.Select(t => new Alert(
        true,
        $"{t.Subject}{(t.Silo is null ? "" : $" of the silo {t.Silo}")}: {t.Message}",
        t.Subject switch
        {
            PlatformHealth.Blobs or PlatformHealth.Database => MakeRoom,
            PlatformHealth.Disk => DiskRoom.Advice,
            "broker" => "Start the broker again; what waits for it is told then.",
            _ => "The platform went on without it; its log says more: logs/silo.log in the data directory.",
        },
        AlertAbout.Platform));

    /// <summary>Silos that cannot do what they are there for.</summary>
    public static IEnumerable<Alert> Of(IReadOnlyList<SiloDescription> silos)
    {
        if (silos.Count > 0 && silos.All(s => s.Devices.Count == 0))
        {
            return [new Alert(true, "No silo has a device, so nothing is trained or segmented.", StartDevice, AlertAbout.Platform)];
        }

        return silos.Where(s => s.Devices.Count == 0 && s.Roles.Contains(SiloRoles.Compute)).Select(s => new Alert(
            false, $"The silo {s.Name} is there to train and segment, but has no device.", StartDevice, AlertAbout.Platform));
    }

    /// <summary>Runs that wait for what no device that is alive has, and devices that went away with their work.</summary>
    public static IEnumerable<Alert> Of(QueueStatus queue)
    {
        var suitless = queue.Waiting.Where(w => !w.IsHeld && !queue.Devices.Any(d => d.IsAlive && Suits(d.Device, w))).Select(w => new Alert(
            true,
            $"Run {w.Run} cannot begin. {w.Reason}",
            queue.Devices.Any(d => Suits(d.Device, w)) ? "Start the silo of that device again; it begins by itself then." : "Start a silo that has such a device, or cancel the run.",
            AlertAbout.Queue));
        var silent = queue.Devices.Where(d => !d.IsAlive).Select(d => new Alert(
            false,
            $"Nothing is heard of the silo of {d.Device.Key}{(d.Run is { } run ? $", which has run {run}" : "")}.",
            "Look at its machine and start it again; its work goes on elsewhere if it stays away.",
            AlertAbout.Queue));
        return [.. Some(suitless, new Alert(true, "More runs cannot begin.", "The queue says why.", AlertAbout.Queue)), .. silent];
    }

    /// <summary>Runs that failed of late, and those under way that cannot be stored.</summary>
    /// <param name="underWay">Runs under way.</param>
    /// <param name="failed">Runs that failed, the latest change first.</param>
    /// <param name="now">The moment.</param>
    public static IEnumerable<Alert> Of(IEnumerable<RunStatus> underWay, IEnumerable<RunStatus> failed, DateTimeOffset now)
    {
        var stuck = underWay.Where(r => r.Trouble is not null).Select(r => new Alert(true, $"What run {r.Name} makes cannot be stored: {r.Trouble!.Message}", r.Trouble.Hint ?? MakeRoom, AlertAbout.Run, r.Name));
        var ended = failed.Where(r => IsTold(r) && IsNews(r, now)).Select(r => new Alert(
            true, $"Run {r.Name} failed. {r.Cause?.Message}".TrimEnd(), Remedy(r.Cause, WhenMended), AlertAbout.Run, r.Name));
        return [.. Some(stuck, null), .. Some(ended, new Alert(true, "More runs failed.", WhenMended, AlertAbout.Run))];
    }

    /// <summary>Whether a run that failed is told: the update of one says so itself, a study only where its priors are.</summary>
    public static bool IsTold(RunStatus failed) => !failed.UpdateNames().Any();

    /// <summary>Whether a run that failed is news.</summary>
    public static bool IsNews(RunStatus failed, DateTimeOffset now) => IsNews(failed.Ended, now);

    /// <summary>Updates that failed or were rejected of late, and those that a person has to promote.</summary>
    /// <param name="updates">Updates, of each state the latest change first.</param>
    /// <param name="now">The moment.</param>
    public static IEnumerable<Alert> Of(IEnumerable<UpdateStatus> updates, DateTimeOffset now)
    {
        var ended = updates.Where(u => IsTold(u) && IsNews(u, now)).Select(u => u.State switch
        {
            UpdateState.Failed => new Alert(true, $"Update {u.Name} failed. {u.Cause?.Message}".TrimEnd(), Remedy(u.Cause, WhenMended), AlertAbout.Update, u.Name),
            UpdateState.Rejected => new Alert(
                true, $"Update {u.Name} was rejected: it would change an old answer, or nobody can prove that it does not.", "Its certificate says which; what the model serves is as it was.", AlertAbout.Update, u.Name),
            _ => new Alert(
                false, $"Update {u.Name} is certified and waits to be promoted.{(u.Cause is { } cause ? $" {cause.Message}" : "")}", "Look at its certificate, then promote it.", AlertAbout.Update, u.Name),
        });
        return Some(ended, new Alert(true, "More updates wait for a person.", "Look at each.", AlertAbout.Update));
    }

    /// <summary>Whether an update waits for a person; one that is certified and was asked to go on by itself does not.</summary>
    public static bool IsTold(UpdateStatus update) => update.State switch
    {
        UpdateState.Failed or UpdateState.Rejected => true,
        UpdateState.Certified => update.Request is not { AutoPromote: true } || update.Cause is not null,
        _ => false,
    };

    /// <summary>Whether an update is news; one that is certified stays so until somebody promotes it.</summary>
    public static bool IsNews(UpdateStatus update, DateTimeOffset now) => update.State == UpdateState.Certified || IsNews(update.Ended, now);

    /// <summary>Questions of people that could not be answered of late.</summary>
    /// <param name="failed">Questions that failed, the latest change first.</param>
    /// <param name="now">The moment.</param>
    public static IEnumerable<Alert> Of(IEnumerable<SegmentationStatus> failed, DateTimeOffset now) => Some(
        failed.Where(s => IsTold(s) && IsNews(s, now)).Select(s => new Alert(
            true,
            $"{s.Request!.ImageFile ?? "An image"} could not be segmented by {s.Request.Model}. {s.Cause?.Message}".TrimEnd(),
            Remedy(s.Cause, "When its cause is mended, ask again."),
            AlertAbout.Segmentation,
            s.Request.Key())),
        new Alert(true, "More segmentations failed.", "Each says why.", AlertAbout.Segmentation));

    /// <summary>Whether a question that failed is told: what updates and certificates ask, they tell of themselves.</summary>
    public static bool IsTold(SegmentationStatus failed) => failed.Request is { Probe: null, AgainstEach: false };

    /// <summary>Whether a question that failed is news.</summary>
    public static bool IsNews(SegmentationStatus failed, DateTimeOffset now) => IsNews(failed.Asked, now);

    /// <summary>Studies that failed of late.</summary>
    /// <param name="failed">Studies that failed, the latest change first.</param>
    /// <param name="now">The moment.</param>
    public static IEnumerable<Alert> Of(IEnumerable<RelationStudyStatus> failed, DateTimeOffset now) => Some(
        failed.Where(s => IsNews(s, now)).Select(s => new Alert(
            true, $"The study of {s.Version} failed. {s.Cause?.Message}".TrimEnd(), Remedy(s.Cause, "Asked for again, it goes on where it was."), AlertAbout.Study, s.Version)),
        new Alert(true, "More studies failed.", "Their pages say why.", AlertAbout.Study));

    /// <summary>Whether a study that failed is news.</summary>
    public static bool IsNews(RelationStudyStatus failed, DateTimeOffset now) => IsNews(failed.Ended, now);

    /// <summary>Events that a subscriber could not take.</summary>
    /// <param name="failed">The newest of them.</param>
    /// <param name="count">How many there are.</param>
    public static IEnumerable<Alert> Of(IEnumerable<EventRow> failed, int count) => Some(
        failed.Select(e => new Alert(
            true,
            $"{e.Subscriber} could not take the event {e.Id}: {e.Cause?.Message}",
            Remedy(e.Cause, e.Kind is null ? "Have its sender send it anew, and discard this one." : "When its cause is mended, retry it; or discard it."),
            AlertAbout.Event,
            e.Id)),
        new Alert(true, $"{count} events failed in all.", "Retry or discard each.", AlertAbout.Event));

    /// <summary>Datasets whose last add or append was refused.</summary>
    public static IEnumerable<Alert> Of(IEnumerable<DatasetRow> datasets) => Some(
        datasets.Where(d => d.Cause is not null).Select(d => new Alert(
            false,
            $"The last {(d.Version > 0 ? "append" : "add")} to {d.Key} was refused: {d.Cause!.Message}{(d.MoreCauses > 0 ? $" {d.MoreCauses} more reasons." : "")}",
            Remedy(d.Cause, "Mend the files and repeat it; nothing of it was kept."),
            AlertAbout.Dataset,
            d.Key)),
        new Alert(false, "More datasets were refused.", "Each says why.", AlertAbout.Dataset));

    private static bool Suits(DeviceDescription device, QueuedRun run) =>
        (run.Demand.DeviceKind ?? device.Kind) == device.Kind && !(run.Memory > device.Memory);

    private static bool IsNews(DateTimeOffset? ended, DateTimeOffset now) => ended is { } at && now - at < News;

    private static string Remedy(Failure? cause, string otherwise) => cause?.Hint is { } hint ? $"{hint} {otherwise}" : otherwise;

    private static List<Alert> Some(IEnumerable<Alert> alerts, Alert? more)
    {
        List<Alert> first = [.. alerts.Take(Told + 1)];
        return first.Count <= Told ? first : [.. first.Take(Told), .. more is null ? Array.Empty<Alert>() : [more]];
    }
}
