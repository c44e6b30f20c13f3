using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Updates;

/// <summary>Says what an update would be, without beginning it. Stateless; any key.</summary>
[Alias("hermes.IUpdatePreviewGrain")]
public interface IUpdatePreviewGrain : IGrainWithStringKey
{
    /// <summary>
    /// What is known now. The evidence is made of answers that devices give in their time: whoever asked looks again until nothing waits any more. What was
    /// answered before is told whether or not it is asked.
    /// </summary>
    /// <param name="request">What the update would be asked to do.</param>
    /// <param name="ask">Whether old prompt groups are asked about new cases where they have not answered yet.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">Such an update would be refused, whatever its cases hold.</exception>
    [Alias("LookAsync"), Needs(Role.Trainer, Reads = true), ResponseTimeout("00:05:00")]
    Task<UpdatePreview> LookAsync(UpdateRequest request, bool ask, CancellationToken cancellationToken = default);
}
